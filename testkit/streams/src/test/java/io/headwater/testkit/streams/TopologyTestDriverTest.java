package io.headwater.testkit.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.testing.Seeds;
import io.headwater.serde.Serde;
import io.headwater.serde.Serdes;
import io.headwater.state.KeyValue;
import io.headwater.state.KeyValueStore;
import io.headwater.state.Stores;
import io.headwater.state.TimeWindow;
import io.headwater.state.ValueAndTimestamp;
import io.headwater.state.WindowStore;
import io.headwater.streams.AppConfig;
import io.headwater.streams.StreamsBuilder;
import io.headwater.streams.Topology;
import io.headwater.streams.kstream.Consumed;
import io.headwater.streams.kstream.Grouped;
import io.headwater.streams.kstream.Materialized;
import io.headwater.streams.kstream.Produced;
import io.headwater.streams.kstream.TimeWindows;
import io.headwater.streams.processor.Processor;
import io.headwater.streams.processor.ProcessorContext;
import io.headwater.streams.processor.ProcessorSupplier;
import io.headwater.streams.processor.PunctuationType;
import io.headwater.streams.processor.Record;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TopologyTestDriverTest {
  private static final Serde<String> STRING = Serdes.String();
  private static final Serde<Long> LONG = Serdes.Long();
  private static final Instant START = Instant.ofEpochMilli(1_000_000);

  private static Topology counting() {
    var builder = new StreamsBuilder();
    builder.stream("words", Consumed.with(STRING, STRING))
        .filter((key, value) -> !value.isEmpty())
        .groupByKey(Grouped.with(STRING, STRING))
        .count(Materialized.as("counts"))
        .toStream()
        .to("counted", Produced.with(STRING, LONG));
    return builder.build();
  }

  @Test
  void everyUpdateOfACountIsForwardedAndTheStoreHasTheLast() {
    try (var driver = new TopologyTestDriver(counting(), START)) {
      var words = driver.createInputTopic("words", STRING.serializer(), STRING.serializer());
      var counted = driver.createOutputTopic("counted", STRING.deserializer(), LONG.deserializer());

      words.pipeInput("a", "x");
      words.pipeInput("b", "");
      words.pipeInput("a", "y");
      words.pipeInput("b", "z");

      assertThat(counted.readKeyValuesToList())
          .containsExactly(KeyValue.pair("a", 1L), KeyValue.pair("a", 2L), KeyValue.pair("b", 1L));
      KeyValueStore<String, Long> counts = store(driver, "counts");
      assertThat(counts.get("a")).isEqualTo(2L);
      assertThat(counts.get("c")).isNull();
      assertThat(driver.producedTopicNames())
          .containsExactly("counted", "test-driver-counts-changelog");
      assertThat(driver.metrics().processed()).isEqualTo(4);
    }
  }

  private static <K, V> KeyValueStore<K, V> store(TopologyTestDriver driver, String name) {
    return Objects.requireNonNull(driver.getKeyValueStore(name));
  }

  @Test
  void aGroupingByAnotherKeyGoesThroughARepartitionTopicWithinOnePipe() {
    var builder = new StreamsBuilder();
    builder.stream("words", Consumed.with(STRING, STRING))
        .groupBy((key, value) -> value, Grouped.with(STRING, STRING))
        .count(Materialized.as("counts"))
        .toStream()
        .to("counted", Produced.with(STRING, LONG));
    try (var driver = new TopologyTestDriver(builder.build(), AppConfig.defaults(), START, 3)) {
      var words = driver.createInputTopic("words", STRING.serializer(), STRING.serializer());
      var counted = driver.createOutputTopic("counted", STRING.deserializer(), LONG.deserializer());

      words.pipeInput("k1", "x");
      words.pipeInput("k2", "x");
      words.pipeInput("k3", "y");

      assertThat(counted.readKeyValuesToMap()).isEqualTo(Map.of("x", 2L, "y", 1L));
      assertThatThrownBy(() -> driver.getKeyValueStore("counts"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("store counts has 3 partitions: say which one you mean");
    }
  }

  @Test
  void windowsAreCountedByTheRecordsOwnTime() {
    var builder = new StreamsBuilder();
    builder.stream("clicks", Consumed.with(STRING, STRING))
        .groupByKey(Grouped.with(STRING, STRING))
        .windowedBy(TimeWindows.ofSizeWithNoGrace(Duration.ofMillis(10)))
        .count(
            Materialized.<String, Long, WindowStore<byte[], byte[]>>as("clicks-by-window")
                .withRetention(Duration.ofMinutes(1)));
    try (var driver = new TopologyTestDriver(builder.build(), START)) {
      var clicks = driver.createInputTopic("clicks", STRING.serializer(), STRING.serializer());

      clicks.pipeInput("a", "x", 3);
      clicks.pipeInput("a", "x", 12);
      clicks.pipeInput("a", "x", 19);
      clicks.pipeInput("a", "late", 5);

      WindowStore<String, Long> store =
          Objects.requireNonNull(driver.getWindowStore("clicks-by-window"));
      assertThat(store.fetch("a", 0)).isEqualTo(1L);
      assertThat(store.fetch("a", 10)).isEqualTo(2L);
      try (var all = store.all()) {
        assertThat(all.next().key.window()).isEqualTo(new TimeWindow(0, 10));
      }
      assertThat(driver.metrics().dropped()).isEqualTo(1);
    }
  }

  @Test
  void aStreamIsJoinedWithWhatTheTableHasWhenARecordComes() {
    var builder = new StreamsBuilder();
    var users = builder.table("users", Consumed.with(STRING, STRING), Materialized.as("users"));
    builder.stream("clicks", Consumed.with(STRING, STRING))
        .join(users, (click, user) -> user + " clicked " + click)
        .to("joined", Produced.with(STRING, STRING));
    try (var driver = new TopologyTestDriver(builder.build(), START)) {
      var user = driver.createInputTopic("users", STRING.serializer(), STRING.serializer());
      var clicks = driver.createInputTopic("clicks", STRING.serializer(), STRING.serializer());
      var joined = driver.createOutputTopic("joined", STRING.deserializer(), STRING.deserializer());

      clicks.pipeInput("u", "too early");
      user.pipeInput("u", "Ann");
      clicks.pipeInput("u", "one");
      user.pipeInput("u", "Bea");
      clicks.pipeInput("u", "two");
      user.pipeInput("u", (String) null);
      clicks.pipeInput("u", "too late");

      assertThat(joined.readValuesToList()).containsExactly("Ann clicked one", "Bea clicked two");
    }
  }

  @Test
  void aGlobalTableIsReadInEveryTask() {
    var builder = new StreamsBuilder();
    var airports = builder.globalTable("airports", Consumed.with(STRING, STRING));
    builder.stream("flights", Consumed.with(STRING, STRING))
        .join(airports, (key, flight) -> flight, (flight, airport) -> flight + "=" + airport)
        .to("named", Produced.with(STRING, STRING));
    try (var driver = new TopologyTestDriver(builder.build(), AppConfig.defaults(), START, 2)) {
      var airport = driver.createInputTopic("airports", STRING.serializer(), STRING.serializer());
      var flights = driver.createInputTopic("flights", STRING.serializer(), STRING.serializer());
      var named = driver.createOutputTopic("named", STRING.deserializer(), STRING.deserializer());
      airport.pipeInput("SFO", "San Francisco");
      airport.pipeInput("OSL", "Oslo");

      flights.pipeInput("1", "SFO");
      flights.pipeInput("2", "OSL");
      flights.pipeInput("3", "SFO");

      assertThat(named.readValuesToList())
          .containsExactlyInAnyOrder("SFO=San Francisco", "OSL=Oslo", "SFO=San Francisco");
    }
  }

  /** Forwards the time of each call of its two schedules. */
  private static final class Ticker implements Processor<String, String, String, String> {
    private @Nullable ProcessorContext<String, String> context;

    @Override
    public void init(ProcessorContext<String, String> context) {
      this.context = context;
      context.schedule(
          Duration.ofMillis(10), PunctuationType.STREAM_TIME, time -> tick("stream", time));
      context.schedule(
          Duration.ofMillis(100), PunctuationType.WALL_CLOCK_TIME, time -> tick("wall", time));
    }

    private void tick(String clock, long time) {
      Objects.requireNonNull(context).forward(new Record<>(clock, clock + time, time));
    }

    @Override
    public void process(Record<String, String> record) {}
  }

  @Test
  void schedulesFireByTheirOwnClocksAndOnceForAJump() {
    ProcessorSupplier<String, String, String, String> tickers = Ticker::new;
    var topology =
        new Topology()
            .addSource("source", STRING.deserializer(), STRING.deserializer(), "in")
            .addProcessor("ticker", tickers, "source")
            .addSink("sink", "ticks", STRING.serializer(), STRING.serializer(), "ticker");
    try (var driver = new TopologyTestDriver(topology, START)) {
      var in = driver.createInputTopic("in", STRING.serializer(), STRING.serializer());
      var ticks = driver.createOutputTopic("ticks", STRING.deserializer(), STRING.deserializer());

      in.pipeInput("k", "v", 5);
      in.pipeInput("k", "v", 9);
      in.pipeInput("k", "v", 35);
      in.pipeInput("k", "v", 40);
      assertThat(ticks.readValuesToList()).containsExactly("stream5", "stream35", "stream40");

      driver.advanceWallClockTime(Duration.ofMillis(99));
      assertThat(ticks.isEmpty()).isTrue();
      driver.advanceWallClockTime(Duration.ofMillis(1));
      driver.advanceWallClockTime(Duration.ofMillis(350));
      driver.advanceWallClockTime(Duration.ofMillis(50));
      assertThat(ticks.readValuesToList())
          .containsExactly("wall1000100", "wall1000450", "wall1000500");
    }
  }

  @Test
  void aTestCanPutIntoAStoreWhatTheTopologyThenReads() {
    try (var driver = new TopologyTestDriver(counting(), START)) {
      var words = driver.createInputTopic("words", STRING.serializer(), STRING.serializer());
      var counted = driver.createOutputTopic("counted", STRING.deserializer(), LONG.deserializer());
      KeyValueStore<String, Long> counts = store(driver, "counts");

      counts.put("a", 41L);
      words.pipeInput("a", "x");

      assertThat(counts.get("a")).isEqualTo(42L);
      assertThat(counted.readKeyValuesToMap()).isEqualTo(Map.of("a", 42L));
      KeyValueStore<String, ValueAndTimestamp<Long>> timestamped =
          Objects.requireNonNull(driver.getTimestampedKeyValueStore("counts"));
      assertThat(timestamped.get("a")).isEqualTo(ValueAndTimestamp.make(42L, 1_000_000));
    }
  }

  @Test
  void recordsGetTheTopicsOwnTimeUnlessTheyBringOne() {
    var builder = new StreamsBuilder();
    builder.stream("in", Consumed.with(STRING, STRING)).to("out", Produced.with(STRING, STRING));
    try (var driver = new TopologyTestDriver(builder.build(), START)) {
      var in =
          driver.createInputTopic(
              "in",
              STRING.serializer(),
              STRING.serializer(),
              Instant.ofEpochMilli(100),
              Duration.ofMillis(10));
      var out = driver.createOutputTopic("out", STRING.deserializer(), STRING.deserializer());

      in.pipeValueList(List.of("a", "b"));
      in.pipeInput("k", "c", 7);
      in.advanceTime(Duration.ofSeconds(1));
      in.pipeInput("k", "d");

      assertThat(out.readRecordsToList().stream().map(TestRecord::timestamp))
          .containsExactly(100L, 110L, 7L, 1120L);
    }
  }

  @Test
  void whatIsNotThereIsSaid() {
    try (var driver = new TopologyTestDriver(counting(), START)) {
      var wrong = driver.createInputTopic("wrds", STRING.serializer(), STRING.serializer());
      assertThatThrownBy(() -> wrong.pipeInput("a", "b"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Unknown topic: wrds; the topology has ")
          .hasMessageContaining("words");
      var none = driver.createOutputTopic("none", STRING.deserializer(), STRING.deserializer());
      assertThatThrownBy(none::readValue)
          .isInstanceOf(NoSuchElementException.class)
          .hasMessage("Uninitialized topic: none");
      var counted = driver.createOutputTopic("counted", STRING.deserializer(), LONG.deserializer());
      assertThatThrownBy(counted::readValue)
          .isInstanceOf(NoSuchElementException.class)
          .hasMessage("Empty topic: counted");
      assertThat((Object) driver.getKeyValueStore("none")).isNull();
    }
  }

  @Test
  void anErrorOfAProcessorComesOutOfThePipe() {
    var builder = new StreamsBuilder();
    builder.stream("in", Consumed.with(STRING, STRING))
        .peek(
            (key, value) -> {
              throw new IllegalStateException("no " + value);
            });
    try (var driver = new TopologyTestDriver(builder.build(), START)) {
      var in = driver.createInputTopic("in", STRING.serializer(), STRING.serializer());
      assertThatThrownBy(() -> in.pipeInput("k", "v"))
          .hasMessage(
              "application test-driver stopped: task 0_0 failed at node KSTREAM-PEEK-0000000001, processing the record at in-0 offset 0: java.lang.IllegalStateException: no v")
          .hasRootCauseMessage("no v");
    }
  }

  @Test
  void handMadeStoresAreWrittenThroughAndFound() {
    var store = Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore("sums"), STRING, LONG);
    ProcessorSupplier<String, Long, Void, Void> summing =
        () ->
            new Processor<>() {
              private @Nullable KeyValueStore<String, Long> sums;

              @Override
              public void init(ProcessorContext<Void, Void> context) {
                sums = context.getStateStore("sums");
              }

              @Override
              public void process(Record<String, Long> record) {
                KeyValueStore<String, Long> all = Objects.requireNonNull(sums);
                Long sum = all.get(record.key());
                all.put(record.key(), (sum == null ? 0 : sum) + record.value());
              }
            };
    var topology =
        new Topology()
            .addSource("source", STRING.deserializer(), LONG.deserializer(), "in")
            .addProcessor("summing", summing, "source")
            .addStateStore(store, "summing");
    try (var driver = new TopologyTestDriver(topology, START)) {
      var in = driver.createInputTopic("in", STRING.serializer(), LONG.serializer());
      in.pipeInput("even", 2L);
      in.pipeInput("odd", 3L);
      in.pipeInput("even", 4L);
      KeyValueStore<String, Long> sums = store(driver, "sums");
      assertThat(sums.get("even")).isEqualTo(6L);
      assertThat(driver.getAllStateStores()).containsOnlyKeys("sums");
    }
  }

  /** A random run of a count through a repartition hop, against a map. */
  @Test
  void aCountOverSeveralPartitionsEqualsAFold() {
    long seed = Seeds.next();
    var random = new Random(seed);
    var builder = new StreamsBuilder();
    builder.stream("in", Consumed.with(STRING, STRING))
        .flatMapValues(value -> List.of(value.split(" ")))
        .groupBy((key, word) -> word, Grouped.with(STRING, STRING))
        .count(Materialized.as("counts"));
    var expected = new HashMap<String, Long>();
    try (var driver = new TopologyTestDriver(builder.build(), AppConfig.defaults(), START, 4)) {
      var in = driver.createInputTopic("in", STRING.serializer(), STRING.serializer());
      for (int i = 0; i < 300; i++) {
        var words = new ArrayList<String>();
        for (int j = 0; j <= random.nextInt(4); j++) {
          String word = "w" + random.nextInt(20);
          words.add(word);
          expected.merge(word, 1L, Long::sum);
        }
        in.pipeInput("k" + random.nextInt(9), String.join(" ", words));
      }
      var found = new HashMap<String, Long>();
      for (int partition = 0; partition < 4; partition++) {
        KeyValueStore<String, Long> counts =
            Objects.requireNonNull(driver.getKeyValueStore("counts", partition));
        try (var all = counts.all()) {
          all.forEachRemaining(entry -> found.put(entry.key, entry.value));
        }
      }
      assertThat(found).as("seed %d", seed).isEqualTo(expected);
    }
  }
}
