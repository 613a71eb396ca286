package io.headwater.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.serde.Serde;
import io.headwater.serde.Serdes;
import io.headwater.streams.AppConfig;
import io.headwater.streams.ErrorPolicy;
import io.headwater.streams.StreamsBuilder;
import io.headwater.streams.Topology;
import io.headwater.streams.errors.StreamsException;
import io.headwater.streams.kstream.Consumed;
import io.headwater.streams.kstream.Grouped;
import io.headwater.streams.kstream.Materialized;
import io.headwater.streams.kstream.Produced;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResolvedTopicsTest {
  private static final Serde<String> STRING = Serdes.String();
  private static final Consumed<String, String> STRINGS = Consumed.with(STRING, STRING);
  private static final AppConfig CONFIG = AppConfig.builder().threads(1).build();

  private final Stage stage = new Stage();

  @AfterEach
  void close() {
    stage.close();
  }

  private int partitions(String topic) {
    return stage.broker().describe(topic).partitions().size();
  }

  private static Topology joining() {
    var builder = new StreamsBuilder();
    var users = builder.table("users", STRINGS, Materialized.as("users-store"));
    builder.stream("clicks", STRINGS).join(users, (click, user) -> click + user);
    return builder.build();
  }

  @Test
  void topicsThatAreJoinedNeedTheSameNumberOfPartitions() {
    stage.topic("users", 2).topic("clicks", 3);
    assertThatThrownBy(() -> stage.run(joining(), CONFIG))
        .isInstanceOf(StreamsException.class)
        .hasMessage(
            "application app needs topics that are co-partitioned: {clicks=3, users=2}; records of"
                + " the same key in them are joined, so give them the same number of partitions, or"
                + " repartition one");
    assertThat(stage.broker().topics()).noneMatch(topic -> topic.startsWith("app-"));
  }

  @Test
  void topicsThatMeetInOneStoreNeedTheSameNumberOfPartitions() {
    stage.topic("a", 2).topic("b", 3);
    var builder = new StreamsBuilder();
    builder.stream(List.of("a", "b"), STRINGS).groupByKey().count(Materialized.as("counts"));
    Topology topology = builder.build();
    assertThatThrownBy(() -> stage.run(topology, CONFIG))
        .isInstanceOf(StreamsException.class)
        .hasMessageContaining("{a=2, b=3}; records of the same key in them meet in store counts");
  }

  @Test
  void topicsThatAreMissingAreNamed() {
    stage.topic("users", 2);
    assertThatThrownBy(() -> stage.run(joining(), CONFIG))
        .isInstanceOf(StreamsException.class)
        .hasMessage(
            "application app reads or writes topics that do not exist: clicks; create them first");
  }

  @Test
  void aDeadLetterTopicThatIsMissingIsNamed() {
    stage.topic("users", 2).topic("clicks", 2);
    AppConfig config = AppConfig.builder().processingErrors(ErrorPolicy.deadLetter("dead")).build();
    assertThatThrownBy(() -> stage.run(joining(), config))
        .isInstanceOf(StreamsException.class)
        .hasMessage(
            "application app reads or writes topics that do not exist: dead; create them first");
  }

  @Test
  void aGlobalTableThatCannotBeFilledSaysWhy() {
    stage.topic("ages", 1).topic("in", 1);
    stage.write("ages", 0, 1, "ann", "old");
    var builder = new StreamsBuilder();
    var ages = builder.globalTable("ages", Consumed.with(STRING, Serdes.Integer()));
    builder.stream("in", STRINGS).join(ages, (key, name) -> name, (name, age) -> name + age);
    Topology topology = builder.build();
    assertThatThrownBy(() -> stage.run(topology, CONFIG))
        .isInstanceOf(StreamsException.class)
        .hasMessageStartingWith(
            "application app cannot fill its global tables: failed at source"
                + " KSTREAM-SOURCE-0000000001, reading the record at ages-0 offset 0: ");
  }

  @Test
  void internalTopicsAreMadeWithAsManyPartitionsAsWhatFeedsThem() {
    stage.topic("in", 3).topic("out", 1);
    var builder = new StreamsBuilder();
    builder.stream("in", STRINGS)
        .groupBy((key, value) -> value, Grouped.<String, String>as("by-value"))
        .count(Materialized.as("counts"))
        .toStream()
        .mapValues(count -> "" + count)
        .to("out", Produced.with(STRING, STRING));
    AppConfig strings =
        AppConfig.builder().threads(1).defaultKeySerde(STRING).defaultValueSerde(STRING).build();
    RunningTopology running = stage.run(builder.build(), strings);
    running.close();
    assertThat(partitions("app-by-value-repartition")).isEqualTo(3);
    assertThat(partitions("app-counts-changelog")).isEqualTo(3);
    assertThat(stage.broker().describe("app-counts-changelog").config().compacted()).isTrue();
    assertThat(stage.broker().describe("app-by-value-repartition").config().compacted()).isFalse();
  }

  @Test
  void internalTopicsAreDeletedInTheNameOfTheirApplicationOnly() {
    stage.topic("in", 1).topic("out", 1).topic("app-counts-changelog", 1); // made before a claim
    var builder = new StreamsBuilder();
    builder.stream("in", STRINGS)
        .groupBy((key, value) -> value, Grouped.with("by-value", STRING, STRING))
        .count(Materialized.as("counts"))
        .toStream()
        .to("out", Produced.with(STRING, Serdes.Long()));
    stage.run(builder.build(), CONFIG).close();

    for (String topic : List.of("app-counts-changelog", "app-by-value-repartition")) {
      assertThatThrownBy(() -> stage.broker().deleteTopic(topic))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is application app's own");
      stage.broker().deleteTopic(topic, "app");
    }
    stage.broker().deleteTopic("out");
  }

  @Test
  void internalTopicsThatNoLongerFitAreRefused() {
    stage.topic("in", 3).topic("app-counts-changelog", 2);
    var builder = new StreamsBuilder();
    builder.stream("in", STRINGS).groupByKey().count(Materialized.as("counts"));
    Topology topology = builder.build();
    assertThatThrownBy(() -> stage.run(topology, CONFIG))
        .isInstanceOf(StreamsException.class)
        .hasMessageStartingWith(
            "internal topic app-counts-changelog has 2 partitions and application app now needs 3");
  }

  private static Topology counting() {
    var builder = new StreamsBuilder();
    builder.stream("in", STRINGS).groupByKey().count(Materialized.as("counts"));
    return builder.build();
  }

  private void count(String... keys) {
    for (String key : keys) {
      stage.write("in", 0, 1, key, "");
    }
    RunningTopology running = stage.run(counting(), CONFIG);
    stage.finish(running);
    running.close();
  }

  @Test
  void aChangelogThatWasDeletedStopsTheApplication() {
    stage.topic("in", 1);
    count("a", "b");
    stage.broker().deleteTopic("app-counts-changelog", Stage.APPLICATION);
    Topology topology = counting();

    assertThatThrownBy(() -> stage.run(topology, CONFIG))
        .isInstanceOf(StreamsException.class)
        .hasMessageStartingWith(
            "application app cannot restore store counts: its changelog app-counts-changelog was"
                + " deleted, and the application would go on after the input that the store was made"
                + " from. ");
    assertThat(stage.broker().topics()).doesNotContain("app-counts-changelog");
  }

  @Test
  void aChangelogThatWasMadeAnewStopsTheApplication() {
    stage.topic("in", 1);
    count("a", "b");
    stage.broker().deleteTopic("app-counts-changelog", Stage.APPLICATION);
    stage.topic("app-counts-changelog", 1);
    Topology topology = counting();

    assertThatThrownBy(() -> stage.run(topology, CONFIG))
        .isInstanceOf(StreamsException.class)
        .hasMessageStartingWith(
            "application app cannot open store counts of task 0_0: changelog"
                + " app-counts-changelog-0 lacks records of its store: ");
  }

  @Test
  void aStoreThatIsNewInATopologyStartsEmpty() {
    stage.topic("in", 1);
    count("a", "b");
    var builder = new StreamsBuilder();
    var byKey = builder.stream("in", STRINGS).groupByKey();
    byKey.count(Materialized.as("counts"));
    byKey.count(Materialized.as("more"));

    RunningTopology running = stage.run(builder.build(), CONFIG);

    assertThat(running.storeNames()).containsExactly("counts", "more");
    running.close();
  }

  @Test
  void aPatternReadsTheTopicsThatMatchAtTheStart() {
    stage.topic("in-a", 1).topic("in-b", 1).topic("other", 1).topic("out", 1);
    var builder = new StreamsBuilder();
    builder.stream(Pattern.compile("in-.*"), STRINGS).to("out", Produced.with(STRING, STRING));
    stage.write("in-a", 0, 1, "k", "a");
    stage.write("in-b", 0, 2, "k", "b");
    stage.write("other", 0, 3, "k", "c");
    RunningTopology running = stage.run(builder.build(), CONFIG);
    stage.finish(running);
    running.close();
    assertThat(stage.read("out")).containsExactly("k=a", "k=b");

    var none = new StreamsBuilder();
    none.stream(Pattern.compile("none-.*"), STRINGS).to("out", Produced.with(STRING, STRING));
    Topology topology = none.build();
    assertThatThrownBy(() -> stage.run(topology, CONFIG))
        .isInstanceOf(StreamsException.class)
        .hasMessage("no topic matches the pattern none-.* of source KSTREAM-SOURCE-0000000000");
  }
}
