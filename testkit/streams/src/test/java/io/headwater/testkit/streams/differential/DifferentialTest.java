package io.headwater.testkit.streams.differential;

import io.headwater.log.testing.Seeds;
import io.headwater.serde.Serdes;
import io.headwater.state.KeyValue;
import io.headwater.state.KeyValueStore;
import io.headwater.state.StateStore;
import io.headwater.state.Stores;
import io.headwater.streams.kstream.Branched;
import io.headwater.streams.kstream.Consumed;
import io.headwater.streams.kstream.Grouped;
import io.headwater.streams.kstream.Joined;
import io.headwater.streams.kstream.KStream;
import io.headwater.streams.kstream.KTable;
import io.headwater.streams.kstream.Materialized;
import io.headwater.streams.kstream.Named;
import io.headwater.streams.kstream.Produced;
import io.headwater.streams.kstream.Repartitioned;
import io.headwater.streams.kstream.TimeWindows;
import io.headwater.streams.processor.FixedKeyProcessor;
import io.headwater.streams.processor.FixedKeyProcessorContext;
import io.headwater.streams.processor.FixedKeyRecord;
import io.headwater.streams.processor.Processor;
import io.headwater.streams.processor.ProcessorContext;
import io.headwater.streams.processor.Record;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The oracle is Kafka Streams' own test driver; with and without caching. */
class DifferentialTest {
  private static final int RUNS = 2;
  private static final int RUNS_FULL = 40;
  private static final int RECORDS = 150;
  private static final Duration SIZE = Duration.ofMillis(20);
  private static final Duration GRACE = Duration.ofMillis(10);
  private static final Duration ADVANCE = Duration.ofMillis(7);

  private static void compare(
      boolean cached, List<String> inputs, Consumer<Twins> program, String... outputs) {
    Seeds.forEach(
        RUNS,
        RUNS_FULL,
        seed -> {
          var twins = new Twins(cached, inputs.toArray(String[]::new));
          program.accept(twins);
          twins.compare(seed, RECORDS, outputs);
        });
  }

  private static <K, V, S extends StateStore> Materialized<K, V, S> ours(
      boolean cached, String name) {
    Materialized<K, V, S> materialized = Materialized.as(name);
    return cached ? materialized.withCachingEnabled() : materialized.withCachingDisabled();
  }

  private static <K, V, S extends org.apache.kafka.streams.processor.StateStore>
      org.apache.kafka.streams.kstream.Materialized<K, V, S> theirs(String name) {
    return org.apache.kafka.streams.kstream.Materialized.as(name);
  }

  private static org.apache.kafka.streams.kstream.Named kafka(String name) {
    return org.apache.kafka.streams.kstream.Named.as(name);
  }

  private static String join(@Nullable String left, @Nullable String right) {
    return left + "+" + right;
  }

  /** The first character, or null: a new key that records share. */
  private static @Nullable String initial(@Nullable String value) {
    return value == null || value.isEmpty() ? null : value.substring(0, 1);
  }

  /** A value with its key under its initial; under none if it has none. */
  @SuppressWarnings("NullAway") // a pair may have no key: then it is in no group
  private static KeyValue<String, String> byInitial(String key, String value) {
    return KeyValue.pair(initial(value), key + value);
  }

  @ParameterizedTest
  @ValueSource(booleans = false)
  void filterMapAndFlatMap(boolean cached) {
    compare(
        cached,
        List.of("in"),
        twins -> {
          KStream<String, String> ours = twins.ours.stream("in");
          ours.filter((k, v) -> v != null && v.length() < 3)
              .mapValues((k, v) -> k + v)
              .flatMapValues(v -> List.of(v, v + "!"))
              .peek((k, v) -> {})
              .to("a");
          ours.filterNot((k, v) -> v == null)
              .flatMap((k, v) -> List.of(KeyValue.pair(v, k), KeyValue.pair(k, v)))
              .map((k, v) -> KeyValue.pair(v, k))
              .selectKey((k, v) -> k + "-")
              .to("b");
          org.apache.kafka.streams.kstream.KStream<String, String> theirs =
              twins.theirs.stream("in");
          theirs
              .filter((k, v) -> v != null && v.length() < 3)
              .mapValues((k, v) -> k + v)
              .flatMapValues(v -> List.of(v, v + "!"))
              .peek((k, v) -> {})
              .to("a");
          theirs
              .filterNot((k, v) -> v == null)
              .flatMap(
                  (k, v) ->
                      List.of(
                          org.apache.kafka.streams.KeyValue.pair(v, k),
                          org.apache.kafka.streams.KeyValue.pair(k, v)))
              .map((k, v) -> org.apache.kafka.streams.KeyValue.pair(v, k))
              .selectKey((k, v) -> k + "-")
              .to("b");
        },
        "a",
        "b");
  }

  @ParameterizedTest
  @ValueSource(booleans = false)
  void splitAndMergeAndChosenTopics(boolean cached) {
    compare(
        cached,
        List.of("in", "in2"),
        twins -> {
          KStream<String, String> ours =
              twins.ours.<String, String>stream("in").merge(twins.ours.stream("in2"));
          Map<String, KStream<String, String>> ourBranches =
              ours.split(Named.as("s-"))
                  .branch((k, v) -> v == null)
                  .branch(
                      (k, v) -> k == null, Branched.withFunction(b -> b.mapValues(v -> v + "?")))
                  .branch((k, v) -> v.isEmpty(), Branched.withConsumer(b -> b.to("empty")))
                  .defaultBranch(Branched.as("rest"));
          Objects.requireNonNull(ourBranches.get("s-1"))
              .merge(Objects.requireNonNull(ourBranches.get("s-2")))
              .to("a");
          Objects.requireNonNull(ourBranches.get("s-rest"))
              .to((k, v, context) -> v.length() > 1 ? "b" : "c");
          ours.filter((k, v) -> false).to("b");
          ours.filter((k, v) -> false).to("c");
          org.apache.kafka.streams.kstream.KStream<String, String> theirs =
              twins.theirs.<String, String>stream("in").merge(twins.theirs.stream("in2"));
          Map<String, org.apache.kafka.streams.kstream.KStream<String, String>> theirBranches =
              theirs
                  .split(kafka("s-"))
                  .branch((k, v) -> v == null)
                  .branch(
                      (k, v) -> k == null,
                      org.apache.kafka.streams.kstream.Branched.withFunction(
                          b -> b.mapValues(v -> v + "?")))
                  .branch(
                      (k, v) -> v.isEmpty(),
                      org.apache.kafka.streams.kstream.Branched.withConsumer(b -> b.to("empty")))
                  .defaultBranch(org.apache.kafka.streams.kstream.Branched.as("rest"));
          Objects.requireNonNull(theirBranches.get("s-1"))
              .merge(Objects.requireNonNull(theirBranches.get("s-2")))
              .to("a");
          Objects.requireNonNull(theirBranches.get("s-rest"))
              .to((k, v, context) -> v.length() > 1 ? "b" : "c");
          theirs.filter((k, v) -> false).to("b");
          theirs.filter((k, v) -> false).to("c");
        },
        "a",
        "b",
        "c",
        "empty");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void countReduceAndAggregate(boolean cached) {
    compare(
        cached,
        List.of("in"),
        twins -> {
          var ours = twins.ours.<String, String>stream("in").groupByKey();
          ours.count(ours(cached, "counts")).toStream().to("a", Produced.valueSerde(Serdes.Long()));
          ours.reduce((a, b) -> b.isEmpty() ? null : a + b, ours(cached, "reduced"))
              .toStream()
              .to("b");
          ours.<String>aggregate(
                  () -> "0", (k, v, agg) -> v.equals("x") ? null : k + agg, ours(cached, "agg"))
              .toStream()
              .to("c");
          var theirs = twins.theirs.<String, String>stream("in").groupByKey();
          theirs
              .count(theirs("counts"))
              .toStream()
              .to(
                  "a",
                  org.apache.kafka.streams.kstream.Produced.valueSerde(
                      org.apache.kafka.common.serialization.Serdes.Long()));
          theirs.reduce((a, b) -> b.isEmpty() ? null : a + b, theirs("reduced")).toStream().to("b");
          theirs
              .<String>aggregate(
                  () -> "0", (k, v, agg) -> v.equals("x") ? null : k + agg, theirs("agg"))
              .toStream()
              .to("c");
        },
        "a",
        "b",
        "c");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void groupByGoesThroughARepartitionTopic(boolean cached) {
    compare(
        cached,
        List.of("in"),
        twins -> {
          twins.ours.<String, String>stream("in")
              .groupBy((k, v) -> initial(v), Grouped.as("by-initial"))
              .reduce((a, b) -> a + b, ours(cached, "reduced"))
              .toStream()
              .to("a");
          twins.theirs.<String, String>stream("in")
              .groupBy(
                  (k, v) -> initial(v), org.apache.kafka.streams.kstream.Grouped.as("by-initial"))
              .reduce((a, b) -> a + b, theirs("reduced"))
              .toStream()
              .to("a");
        },
        "a",
        "test-driver-by-initial-repartition");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tumblingWindowsWithGrace(boolean cached) {
    compare(
        cached,
        List.of("in"),
        twins -> {
          var ours =
              twins.ours.<String, String>stream(
                      "in", Consumed.with(Serdes.String(), Serdes.String()))
                  .groupByKey()
                  .windowedBy(TimeWindows.ofSizeAndGrace(SIZE, GRACE));
          ours.count(ours(cached, "counts")).toStream().to("a", Produced.valueSerde(Serdes.Long()));
          ours.reduce((a, b) -> a + b, ours(cached, "reduced")).toStream().to("b");
          var strings = org.apache.kafka.common.serialization.Serdes.String();
          var theirs =
              twins.theirs.stream(
                      "in", org.apache.kafka.streams.kstream.Consumed.with(strings, strings))
                  .groupByKey()
                  .windowedBy(
                      org.apache.kafka.streams.kstream.TimeWindows.ofSizeAndGrace(SIZE, GRACE));
          theirs
              .count(theirs("counts"))
              .toStream()
              .to(
                  "a",
                  org.apache.kafka.streams.kstream.Produced.valueSerde(
                      org.apache.kafka.common.serialization.Serdes.Long()));
          theirs.reduce((a, b) -> a + b, theirs("reduced")).toStream().to("b");
        },
        "a",
        "b");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void hoppingWindowsWithoutGrace(boolean cached) {
    compare(
        cached,
        List.of("in"),
        twins -> {
          twins.ours.<String, String>stream("in")
              .groupByKey()
              .windowedBy(TimeWindows.ofSizeWithNoGrace(SIZE).advanceBy(ADVANCE))
              .<String>aggregate(
                  () -> "", (k, v, agg) -> v == null ? null : agg + v, ours(cached, "agg"))
              .toStream((w, v) -> w.key() + "@" + w.window().start() + "-" + w.window().end())
              .to("a");
          twins.theirs.<String, String>stream("in")
              .groupByKey()
              .windowedBy(
                  org.apache.kafka.streams.kstream.TimeWindows.ofSizeWithNoGrace(SIZE)
                      .advanceBy(ADVANCE))
              .<String>aggregate(() -> "", (k, v, agg) -> v == null ? null : agg + v, theirs("agg"))
              .toStream((w, v) -> w.key() + "@" + w.window().start() + "-" + w.window().end())
              .to("a");
        },
        "a");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tablesFilteredAndMapped(boolean cached) {
    compare(
        cached,
        List.of("in"),
        twins -> {
          KTable<String, String> ours = twins.ours.table("in", ours(cached, "table"));
          ours.filter((k, v) -> v.length() == 1).toStream().to("a");
          ours.filterNot((k, v) -> v.isEmpty(), ours(cached, "filtered"))
              .mapValues((k, v) -> k + v, ours(cached, "mapped"))
              .toStream()
              .to("b");
          ours.mapValues(v -> v.equals("x") ? null : v).toStream((k, v) -> v).to("c");
          org.apache.kafka.streams.kstream.KTable<String, String> theirs =
              twins.theirs.table("in", theirs("table"));
          theirs.filter((k, v) -> v.length() == 1).toStream().to("a");
          theirs
              .filterNot((k, v) -> v.isEmpty(), theirs("filtered"))
              .mapValues((k, v) -> k + v, theirs("mapped"))
              .toStream()
              .to("b");
          theirs.mapValues(v -> v.equals("x") ? null : v).toStream((k, v) -> v).to("c");
        },
        "a",
        "b",
        "c");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tablesGroupedAnew(boolean cached) {
    compare(
        cached,
        List.of("in"),
        twins -> {
          var ours =
              twins
                  .ours
                  .<String, String>table("in", ours(cached, "table"))
                  .filter((k, v) -> !v.equals("x"))
                  .groupBy((k, v) -> byInitial(k, v));
          ours.count(ours(cached, "counts")).toStream().to("a", Produced.valueSerde(Serdes.Long()));
          ours.reduce((a, b) -> a + b, (a, b) -> a.replace(b, ""), ours(cached, "reduced"))
              .toStream()
              .to("b");
          ours.<String>aggregate(
                  () -> "",
                  (k, v, agg) -> agg + v,
                  (k, v, agg) -> agg.equals(v) ? null : agg + "-" + v,
                  ours(cached, "agg"))
              .toStream()
              .to("c");
          var theirs =
              twins
                  .theirs
                  .<String, String>table("in", theirs("table"))
                  .filter((k, v) -> !v.equals("x"))
                  .groupBy((k, v) -> org.apache.kafka.streams.KeyValue.pair(initial(v), k + v));
          theirs
              .count(theirs("counts"))
              .toStream()
              .to(
                  "a",
                  org.apache.kafka.streams.kstream.Produced.valueSerde(
                      org.apache.kafka.common.serialization.Serdes.Long()));
          theirs
              .reduce((a, b) -> a + b, (a, b) -> a.replace(b, ""), theirs("reduced"))
              .toStream()
              .to("b");
          theirs
              .<String>aggregate(
                  () -> "",
                  (k, v, agg) -> agg + v,
                  (k, v, agg) -> agg.equals(v) ? null : agg + "-" + v,
                  theirs("agg"))
              .toStream()
              .to("c");
        },
        "a",
        "b",
        "c");
  }

  /** Old values go through a chain of tables; counts are filtered and grouped by the count. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aggregatesOfAggregates(boolean cached) {
    compare(
        cached,
        List.of("in"),
        twins -> {
          twins.ours.<String, String>stream("in")
              .groupByKey()
              .count(ours(cached, "counts"))
              .mapValues(String::valueOf)
              .filter((k, v) -> !v.endsWith("3"))
              .groupBy((k, v) -> KeyValue.pair(v, k))
              .reduce((a, b) -> a + b, (a, b) -> a.replace(b, ""), ours(cached, "by-count"))
              .toStream()
              .to("a");
          twins.theirs.<String, String>stream("in")
              .groupByKey()
              .count(theirs("counts"))
              .mapValues(String::valueOf)
              .filter((k, v) -> !v.endsWith("3"))
              .groupBy((k, v) -> org.apache.kafka.streams.KeyValue.pair(v, k))
              .reduce((a, b) -> a + b, (a, b) -> a.replace(b, ""), theirs("by-count"))
              .toStream()
              .to("a");
        },
        "a");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void streamsJoinedWithATable(boolean cached) {
    compare(
        cached,
        List.of("in", "table"),
        twins -> {
          KStream<String, String> ours = twins.ours.stream("in");
          KTable<String, String> ourTable =
              twins
                  .ours
                  .<String, String>table("table", ours(cached, "t"))
                  .filter((k, v) -> !v.equals("x"));
          ours.join(ourTable, DifferentialTest::join).to("a");
          ours.leftJoin(ourTable, DifferentialTest::join).to("b");
          ours.selectKey((k, v) -> initial(v))
              .join(ourTable, (k, v, t) -> k + v + t, Joined.as("rekeyed"))
              .to("c");
          ours.selectKey((k, v) -> initial(v)).leftJoin(ourTable, DifferentialTest::join).to("d");
          org.apache.kafka.streams.kstream.KStream<String, String> theirs =
              twins.theirs.stream("in");
          org.apache.kafka.streams.kstream.KTable<String, String> theirTable =
              twins
                  .theirs
                  .<String, String>table("table", theirs("t"))
                  .filter((k, v) -> !v.equals("x"));
          theirs.join(theirTable, DifferentialTest::join).to("a");
          theirs.leftJoin(theirTable, DifferentialTest::join).to("b");
          theirs
              .selectKey((k, v) -> initial(v))
              .join(
                  theirTable,
                  (k, v, t) -> k + v + t,
                  org.apache.kafka.streams.kstream.Joined.<String, String, String>as("rekeyed"))
              .to("c");
          theirs
              .selectKey((k, v) -> initial(v))
              .leftJoin(theirTable, DifferentialTest::join)
              .to("d");
        },
        "a",
        "b",
        "c",
        "d");
  }

  @ParameterizedTest
  @ValueSource(booleans = false)
  void streamsJoinedWithAGlobalTable(boolean cached) {
    compare(
        cached,
        List.of("in", "table"),
        twins -> {
          KStream<String, String> ours = twins.ours.stream("in");
          var ourTable = twins.ours.<String, String>globalTable("table");
          ours.join(ourTable, (k, v) -> initial(v), DifferentialTest::join).to("a");
          ours.leftJoin(ourTable, (k, v) -> initial(v), (k, v, t) -> k + v + t).to("b");
          org.apache.kafka.streams.kstream.KStream<String, String> theirs =
              twins.theirs.stream("in");
          var theirTable = twins.theirs.<String, String>globalTable("table");
          theirs.join(theirTable, (k, v) -> initial(v), DifferentialTest::join).to("a");
          theirs.leftJoin(theirTable, (k, v) -> initial(v), (k, v, t) -> k + v + t).to("b");
        },
        "a",
        "b");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void streamsRepartitionedAndTakenAsTables(boolean cached) {
    compare(
        cached,
        List.of("in"),
        twins -> {
          twins.ours.<String, String>stream("in")
              .selectKey((k, v) -> initial(v))
              .repartition(Repartitioned.as("again"))
              .toTable(ours(cached, "table"))
              .toStream()
              .to("a");
          twins.theirs.<String, String>stream("in")
              .selectKey((k, v) -> initial(v))
              .repartition(org.apache.kafka.streams.kstream.Repartitioned.as("again"))
              .toTable(theirs("table"))
              .toStream()
              .to("a");
        },
        "a");
  }

  @ParameterizedTest
  @ValueSource(booleans = false)
  void processorsWithStores(boolean cached) {
    compare(
        cached,
        List.of("in"),
        twins -> {
          twins.ours.addStateStore(
              Stores.keyValueStoreBuilder(
                  Stores.persistentKeyValueStore("seen"), Serdes.String(), Serdes.String()));
          twins.ours.<String, String>stream("in")
              .process(Chaining::new, "seen")
              .processValues(Lengthening::new)
              .to("a");
          twins.theirs.addStateStore(
              org.apache.kafka.streams.state.Stores.keyValueStoreBuilder(
                  org.apache.kafka.streams.state.Stores.inMemoryKeyValueStore("seen"),
                  org.apache.kafka.common.serialization.Serdes.String(),
                  org.apache.kafka.common.serialization.Serdes.String()));
          twins.theirs.<String, String>stream("in")
              .process(KafkaChaining::new, "seen")
              .processValues(KafkaLengthening::new)
              .to("a");
        },
        "a");
  }

  /** Forwards each value with the one before it, under another key and later. */
  private static final class Chaining implements Processor<String, String, String, String> {
    @SuppressWarnings("NullAway.Init") // set by init
    private ProcessorContext<String, String> context;

    @SuppressWarnings("NullAway.Init") // set by init
    private KeyValueStore<String, String> seen;

    @Override
    public void init(ProcessorContext<String, String> context) {
      this.context = context;
      seen = context.getStateStore("seen");
    }

    @Override
    public void process(Record<String, String> record) {
      String key = String.valueOf(record.key());
      String before = seen.get(key);
      seen.put(key, record.value());
      context.forward(
          record.withKey(key + "!").withValue(before).withTimestamp(record.timestamp() + 1));
    }
  }

  private static final class KafkaChaining
      implements org.apache.kafka.streams.processor.api.Processor<String, String, String, String> {
    @SuppressWarnings("NullAway.Init") // set by init
    private org.apache.kafka.streams.processor.api.ProcessorContext<String, String> context;

    @SuppressWarnings("NullAway.Init") // set by init
    private org.apache.kafka.streams.state.KeyValueStore<String, String> seen;

    @Override
    public void init(
        org.apache.kafka.streams.processor.api.ProcessorContext<String, String> context) {
      this.context = context;
      seen = context.getStateStore("seen");
    }

    @Override
    public void process(org.apache.kafka.streams.processor.api.Record<String, String> record) {
      String key = String.valueOf(record.key());
      String before = seen.get(key);
      seen.put(key, record.value());
      context.forward(
          record.withKey(key + "!").withValue(before).withTimestamp(record.timestamp() + 1));
    }
  }

  private static final class Lengthening implements FixedKeyProcessor<String, String, String> {
    @SuppressWarnings("NullAway.Init") // set by init
    private FixedKeyProcessorContext<String, String> context;

    @Override
    public void init(FixedKeyProcessorContext<String, String> context) {
      this.context = context;
    }

    @Override
    public void process(FixedKeyRecord<String, String> record) {
      context.forward(record.withValue(record.key() + record.value()));
    }
  }

  private static final class KafkaLengthening
      implements org.apache.kafka.streams.processor.api.FixedKeyProcessor<String, String, String> {
    @SuppressWarnings("NullAway.Init") // set by init
    private org.apache.kafka.streams.processor.api.FixedKeyProcessorContext<String, String> context;

    @Override
    public void init(
        org.apache.kafka.streams.processor.api.FixedKeyProcessorContext<String, String> context) {
      this.context = context;
    }

    @Override
    public void process(
        org.apache.kafka.streams.processor.api.FixedKeyRecord<String, String> record) {
      context.forward(record.withValue(record.key() + record.value()));
    }
  }
}
