package io.headwater.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.serde.Serde;
import io.headwater.serde.Serdes;
import io.headwater.state.KeyValueStore;
import io.headwater.state.StateStore;
import io.headwater.state.StoreBuilder;
import io.headwater.state.StoreContext;
import io.headwater.state.Stores;
import io.headwater.streams.AppConfig;
import io.headwater.streams.QueryableStoreTypes;
import io.headwater.streams.StreamsBuilder;
import io.headwater.streams.Topology;
import io.headwater.streams.errors.StreamsException;
import io.headwater.streams.kstream.Consumed;
import io.headwater.streams.kstream.Materialized;
import io.headwater.streams.kstream.Produced;
import io.headwater.streams.processor.Processor;
import io.headwater.streams.processor.ProcessorContext;
import io.headwater.streams.processor.ProcessorSupplier;
import io.headwater.streams.processor.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a topology can ask of its stores and sinks, as an application finds it in its folder. The
 * comments name the behaviours of the inventories that a test holds.
 */
class StoresAndTopicsTest {
  private static final Serde<String> STRING = Serdes.String();
  private static final Consumed<String, String> STRINGS = Consumed.with(STRING, STRING);
  private static final AppConfig CONFIG = AppConfig.builder().threads(1).build();

  private final Stage stage = new Stage();

  @AfterEach
  void close() {
    stage.close();
  }

  private static Topology counting(
      Materialized<String, Long, KeyValueStore<byte[], byte[]>> materialized) {
    var builder = new StreamsBuilder();
    builder.stream("in", STRINGS).groupByKey().count(materialized);
    return builder.build();
  }

  /** Processes what is there and ends; tells what the store has then. */
  private List<String> run(Topology topology, String store) {
    RunningTopology running = stage.run(topology, CONFIG);
    stage.finish(running);
    List<String> found = entries(running, store);
    running.close();
    return found;
  }

  private static List<String> entries(RunningTopology running, String name) {
    var found = new ArrayList<String>();
    var counts = QueryableStoreTypes.<String, Long>keyValueStore().create(running.stores(name));
    try (var all = counts.all()) {
      all.forEachRemaining(entry -> found.add(entry.key + "=" + entry.value));
    }
    return found;
  }

  // KS-062, KS-065, KS-066, KS-181, DV-173, DV-177
  @Test
  void aChangelogIsCompactedAndTakesTheSettingsThatATopicHasHere() {
    stage.topic("in", 1);
    run(counting(Materialized.as("plain")), "plain");
    run(
        counting(
            Materialized.<String, Long, KeyValueStore<byte[], byte[]>>as("set")
                .withLoggingEnabled(
                    Map.of(
                        "cleanup.policy", "delete",
                        "segment.bytes", "1048576",
                        "retention.ms", "86400000"))),
        "set");

    assertThat(stage.broker().describe("app-plain-changelog").config().compacted()).isTrue();
    var config = stage.broker().describe("app-set-changelog").config();
    assertThat(config.compacted()).isFalse();
    assertThat(config.segmentBytes()).isEqualTo(1 << 20);
  }

  // KS-063, DV-119, DV-177
  @Test
  void aStoreWithoutChangelogHasNoTopicAndIsEmptyAfterARestart() {
    stage.topic("in", 1);
    stage.write("in", 0, 1, "a", "");
    Materialized<String, Long, KeyValueStore<byte[], byte[]>> unlogged =
        Materialized.<String, Long, KeyValueStore<byte[], byte[]>>as("counts")
            .withLoggingDisabled();
    assertThat(run(counting(unlogged), "counts")).containsExactly("a=1");
    assertThat(stage.broker().topics()).noneMatch(topic -> topic.contains("changelog"));

    assertThat(run(counting(unlogged), "counts")).isEmpty();
  }

  // KS-001, KS-002, DV-174, DV-175
  @ParameterizedTest
  @CsvSource({"true", "false"})
  void aStoreComesBackAfterARestartFromDiskOrFromItsWholeChangelog(boolean persistent) {
    stage.topic("in", 1);
    stage.write("in", 0, 1, "a", "");
    stage.write("in", 0, 2, "b", "");
    Topology topology =
        counting(
            Materialized.as(
                persistent
                    ? Stores.persistentKeyValueStore("counts")
                    : Stores.inMemoryKeyValueStore("counts")));
    run(topology, "counts");
    stage.reopen();
    stage.write("in", 0, 3, "a", "");

    RunningTopology running = stage.run(topology, CONFIG);
    StateStore store = running.stores("counts").get(0);
    assertThat(store.name()).isEqualTo("counts");
    assertThat(store.persistent()).isEqualTo(persistent);
    assertThat(store.isOpen()).isTrue();
    stage.finish(running);
    assertThat(entries(running, "counts")).containsExactly("a=2", "b=1");
    running.close();
    assertThat(store.isOpen()).isFalse();
  }

  /** A processor that does something with a store. */
  private static final class Using<S extends StateStore>
      implements Processor<String, String, Void, Void> {
    private final String name;
    private final BiConsumer<S, Record<String, String>> action;
    private @Nullable S store;

    private Using(String name, BiConsumer<S, Record<String, String>> action) {
      this.name = name;
      this.action = action;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
      store = context.getStateStore(name);
    }

    @Override
    public void process(Record<String, String> record) {
      action.accept(Objects.requireNonNull(store), record);
    }
  }

  private static <S extends StateStore> Topology using(
      StoreBuilder<?> store, String asked, BiConsumer<S, Record<String, String>> action) {
    ProcessorSupplier<String, String, Void, Void> supplier = () -> new Using<>(asked, action);
    return new Topology()
        .addSource("source", STRING.deserializer(), STRING.deserializer(), "in")
        .addProcessor("using", supplier, "source")
        .addStateStore(store, "using");
  }

  private static StoreBuilder<KeyValueStore<String, String>> texts() {
    return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore("texts"), STRING, STRING);
  }

  // KS-016, KS-018: an error names the store that is not there
  @Test
  void aStoreThatIsNotConnectedIsNamed() {
    stage.topic("in", 1);
    Topology topology = using(texts(), "text", (store, record) -> {});

    assertThatThrownBy(() -> stage.run(topology, CONFIG))
        .isInstanceOf(StreamsException.class)
        .hasMessageContaining(
            "no store named text is connected to the node using; connected are [texts]");
  }

  /** A store of the user's own kind: adds up lengths. */
  private static final class Lengths implements StateStore {
    private long sum;
    private boolean open = true;
    private int flushes;

    @Override
    public String name() {
      return "lengths";
    }

    @Override
    public void flush() {
      flushes++;
    }

    @Override
    public void close() {
      open = false;
    }

    @Override
    public boolean persistent() {
      return false;
    }

    @Override
    public boolean isOpen() {
      return open;
    }
  }

  private static final class LengthsBuilder implements StoreBuilder<Lengths> {
    @Override
    public String name() {
      return "lengths";
    }

    @Override
    public StoreBuilder<Lengths> withCachingEnabled() {
      return this;
    }

    @Override
    public StoreBuilder<Lengths> withCachingDisabled() {
      return this;
    }

    @Override
    public StoreBuilder<Lengths> withLoggingEnabled(Map<String, String> config) {
      return this;
    }

    @Override
    public StoreBuilder<Lengths> withLoggingDisabled() {
      return this;
    }

    @Override
    public boolean cachingEnabled() {
      return false;
    }

    @Override
    public boolean loggingEnabled() {
      return false;
    }

    @Override
    public Map<String, String> logConfig() {
      return Map.of();
    }

    @Override
    public Lengths build(StoreContext context) {
      return new Lengths();
    }
  }

  // KS-176, KS-184
  @Test
  void aStoreOfOnesOwnKindIsUsedFlushedAndClosed() {
    stage.topic("in", 1);
    stage.write("in", 0, 1, "k", "four");
    stage.write("in", 0, 2, "k", "one");
    Topology topology =
        StoresAndTopicsTest.<Lengths>using(
            new LengthsBuilder(),
            "lengths",
            (store, record) -> store.sum += record.value().length());
    RunningTopology running = stage.run(topology, CONFIG);
    Lengths lengths = (Lengths) running.stores("lengths").get(0);
    stage.finish(running);
    running.close();

    assertThat(lengths.sum).isEqualTo(7);
    assertThat(lengths.flushes).isPositive();
    assertThat(lengths.open).isFalse();
  }

  // DV-135, DV-202
  @Test
  void aPartitionerChoosesWhereCopiesGoAmongAsManyPartitionsAsTheTopicHas() {
    stage.topic("in", 1).topic("out", 3);
    var builder = new StreamsBuilder();
    builder.stream("in", STRINGS)
        .to(
            "out",
            Produced.with(STRING, STRING)
                .withStreamPartitioner(
                    (topic, key, value, partitions) ->
                        switch (value) {
                          case "last" -> Optional.of(Set.of(partitions - 1));
                          case "first and second" -> Optional.of(Set.of(0, 1));
                          default -> Optional.of(Set.of());
                        }));
    for (String value : List.of("last", "first and second", "none")) {
      stage.write("in", 0, 1, "k", value);
    }
    RunningTopology running = stage.run(builder.build(), CONFIG);
    stage.finish(running);
    running.close();

    // In the order of the partitions.
    assertThat(stage.read("out"))
        .containsExactly("k=first and second", "k=first and second", "k=last");
  }

  // DV-095, DV-118
  @Test
  void aTopologyOfTheDslTakesMoreNodes() {
    stage.topic("in", 1).topic("out", 1).topic("copy", 1);
    var builder = new StreamsBuilder();
    builder.stream("in", STRINGS.withName("source"))
        .mapValues(value -> value + "!")
        .to("out", Produced.with(STRING, STRING));
    Topology topology =
        builder
            .build()
            .addSink("copying", "copy", STRING.serializer(), STRING.serializer(), "source");
    stage.write("in", 0, 1, "k", "v");
    RunningTopology running = stage.run(topology, CONFIG);
    stage.finish(running);
    running.close();

    assertThat(stage.read("out")).containsExactly("k=v!");
    assertThat(stage.read("copy")).containsExactly("k=v");
  }
}
