package io.headwater.streams.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.serde.Serdes;
import io.headwater.state.KeyValue;
import io.headwater.state.StoreContext;
import io.headwater.streams.StreamsBuilder;
import io.headwater.streams.errors.TopologyException;
import io.headwater.streams.kstream.Consumed;
import io.headwater.streams.kstream.KStream;
import io.headwater.streams.kstream.KTable;
import io.headwater.streams.kstream.Materialized;
import io.headwater.streams.kstream.Produced;
import io.headwater.streams.kstream.Repartitioned;
import io.headwater.streams.kstream.TimeWindows;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlanTest {
  private final StreamsBuilder builder = new StreamsBuilder();

  @Test
  void internalTopicsAreNamedAfterTheApplication() {
    builder.<String, String>stream("in").groupBy((k, v) -> v).count(Materialized.as("counts"));
    Plan plan = builder.build().plan();
    assertThat(plan.repartitionTopics())
        .containsOnly(
            Map.entry(
                "counts-repartition",
                new RepartitionTopic("counts-repartition", OptionalInt.empty())));
    assertThat(plan.topicName("app", "counts-repartition")).isEqualTo("app-counts-repartition");
    assertThat(plan.topicName("app", "in")).isEqualTo("in");
    assertThat(plan.stores().map(store -> store.changelogTopic("app")))
        .containsExactly("app-counts-changelog");
  }

  @Test
  void whatIsJoinedIsCopartitioned() {
    KTable<String, String> table = builder.table("table");
    KStream<String, String> stream = builder.stream("stream");
    stream.join(table, (v, t) -> v).to("out");
    stream.selectKey((k, v) -> v).join(table, (v, t) -> v).to("out2");
    builder.<String, String>stream("other").to("out3");
    assertThat(builder.build().plan().copartitionGroups())
        .containsExactly(Set.of("stream", "table", "KSTREAM-KEY-SELECT-0000000006-repartition"));
  }

  @Test
  void repartitionTopicsThatAreJoinedHaveOneNumberOfPartitions() {
    KStream<String, String> stream = builder.stream("in");
    KTable<String, String> table =
        stream
            .repartition(Repartitioned.<String, String>as("two").withNumberOfPartitions(2))
            .toTable();
    stream
        .repartition(Repartitioned.<String, String>as("three").withNumberOfPartitions(3))
        .join(table, (v, t) -> v)
        .to("out");
    assertThatThrownBy(builder::build)
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("{three-repartition=3, two-repartition=2}");
  }

  @Test
  void windowedKeysArePartitionedWithoutTheirWindow() {
    builder.<String, String>stream("in", Consumed.with(Serdes.String(), Serdes.String()))
        .groupByKey()
        .windowedBy(TimeWindows.ofSizeWithNoGrace(Duration.ofMinutes(1)))
        .count()
        .toStream()
        .to("out");
    assertThat(sinks(builder.build().plan())).singleElement().matches(SinkNode::windowedKey);
  }

  @Test
  void serdesGoDownTheStreamUntilAnOperationChangesTheType() {
    KStream<String, Long> stream =
        builder.stream("in", Consumed.with(Serdes.String(), Serdes.Long()));
    stream.filter((k, v) -> true).to("same");
    stream.mapValues(v -> v).to("value");
    stream.selectKey((k, v) -> k).to("key");
    stream.to("given", Produced.valueSerde(Serdes.Long()));
    assertThat(sinks(builder.build().plan()))
        .extracting(sink -> List.of(sink.keySerializer() != null, sink.valueSerializer() != null))
        .containsExactly(
            List.of(true, true), List.of(true, false), List.of(false, true), List.of(true, true));
  }

  @Test
  void storesWithoutSerdesGetTheApplicationsDefaults() {
    builder.<String, String>table("t", Materialized.as("s"));
    builder.<String, String>stream("g")
        .toTable()
        .groupBy((k, v) -> KeyValue.pair(v, k))
        .reduce((a, b) -> b, (a, b) -> a, Materialized.as("r"));
    Plan plan = builder.build().plan();
    assertThatThrownBy(
            () -> plan.stores().toList().get(0).builder().build(StoreContext.builder("x").build()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("withDefaults");
    Plan complete = plan.withDefaults(Serdes.String(), Serdes.Long());
    var description =
        complete
            .stores()
            .filter(store -> store.name().equals("s"))
            .findFirst()
            .orElseThrow()
            .builder()
            .description()
            .orElseThrow();
    assertThat(List.of(description.keySerde(), description.valueSerde()))
        .containsExactly(Serdes.String().name(), Serdes.Long().name());
    assertThat(complete.subtopologies().stream().flatMap(part -> part.sources().stream()))
        .noneMatch(source -> source.valueDeserializer() instanceof Defaulting<?>);
    assertThat(sinks(complete)).noneMatch(sink -> sink.valueSerializer() instanceof Defaulting<?>);
  }

  @Test
  void everyCallIsKeptWithWhatItWasCalledOn() {
    Consumed<String, String> consumed = Consumed.with(Serdes.String(), Serdes.String());
    KStream<String, String> stream = builder.stream("in", consumed);
    KTable<String, Long> counts = stream.groupByKey().count(Materialized.as("counts"));
    var branches = stream.split().branch((k, v) -> true).defaultBranch();
    Objects.requireNonNull(branches.get("KSTREAM-BRANCH-00000000021")).to("some");
    counts.toStream().to("out");
    List<Operation> calls = builder.build().plan().operations();
    assertThat(calls)
        .extracting(Operation::method)
        .containsExactly(
            "stream",
            "groupByKey",
            "count",
            "split",
            "branch",
            "defaultBranch",
            "to",
            "toStream",
            "to");
    assertThat(calls.get(0).receiver()).isNull();
    assertThat(calls.get(0).arguments()).containsExactly(List.of("in"), consumed);
    assertThat(calls.get(2).receiver()).isEqualTo(new Operation.Result(1, null));
    assertThat(calls.get(6).receiver())
        .isEqualTo(new Operation.Result(3, "KSTREAM-BRANCH-00000000021"));
    assertThat(calls.get(7).receiver()).isEqualTo(new Operation.Result(2, null));
  }

  @Test
  void buildingTwiceGivesTheSame() {
    KStream<String, String> stream = builder.stream("in");
    stream.merge(builder.stream("in")).groupBy((k, v) -> v).count();
    assertThat(builder.build().describe().toString())
        .isEqualTo(builder.build().describe().toString());
  }

  private static List<SinkNode> sinks(Plan plan) {
    return plan.subtopologies().stream()
        .flatMap(part -> part.nodes().stream())
        .filter(SinkNode.class::isInstance)
        .map(SinkNode.class::cast)
        .toList();
  }
}
