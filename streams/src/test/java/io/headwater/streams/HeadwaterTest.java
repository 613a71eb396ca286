package io.headwater.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.broker.DefaultPartitioner;
import io.headwater.broker.FetchedRecords;
import io.headwater.broker.IsolationLevel;
import io.headwater.broker.NewTopic;
import io.headwater.broker.TopicPartition;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.testing.Seeds;
import io.headwater.serde.Headers;
import io.headwater.serde.Serde;
import io.headwater.serde.Serdes;
import io.headwater.state.KeyValueStore;
import io.headwater.state.ReadOnlyKeyValueStore;
import io.headwater.state.ReadOnlyWindowStore;
import io.headwater.state.WindowStore;
import io.headwater.streams.errors.StreamsException;
import io.headwater.streams.kstream.Consumed;
import io.headwater.streams.kstream.Grouped;
import io.headwater.streams.kstream.Materialized;
import io.headwater.streams.kstream.Produced;
import io.headwater.streams.kstream.TimeWindows;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HeadwaterTest {
  private static final Serde<String> STRING = Serdes.String();
  private static final Serde<Long> LONG = Serdes.Long();
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(50);
  private static final int PARTITIONS = 3;
  private static final AppConfig CONFIG =
      AppConfig.builder().threads(2).commitInterval(Duration.ofMillis(10)).build();

  /** Counts words after a repartition hop, over all and by windows of 100 ms. */
  private static Topology counting() {
    var builder = new StreamsBuilder();
    var words =
        builder.stream("lines", Consumed.with(STRING, STRING))
            .groupBy((key, word) -> word, Grouped.with(STRING, STRING));
    words
        .count(Materialized.<String, Long, KeyValueStore<byte[], byte[]>>as("counts"))
        .toStream()
        .to("counted", Produced.with(STRING, LONG));
    words
        .windowedBy(TimeWindows.ofSizeAndGrace(Duration.ofMillis(100), Duration.ofMinutes(10)))
        .count(
            Materialized.<String, Long, WindowStore<byte[], byte[]>>as("counts-by-window")
                .withRetention(Duration.ofHours(1)));
    return builder.build();
  }

  private static void create(Headwater headwater) {
    headwater.broker().createTopicIfAbsent(NewTopic.of("lines", PARTITIONS));
    headwater.broker().createTopicIfAbsent(NewTopic.of("counted", PARTITIONS));
  }

  private static void write(Headwater headwater, long timestampMs, String key, String value) {
    byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
    headwater
        .broker()
        .append(
            new TopicPartition("lines", DefaultPartitioner.partition(keyBytes, PARTITIONS)),
            new BatchBuilder()
                .append(
                    timestampMs, keyBytes, value.getBytes(StandardCharsets.UTF_8), Headers.EMPTY));
  }

  private static Map<String, Long> lastCounted(Headwater headwater) {
    var last = new HashMap<String, Long>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      FetchedRecords records =
          headwater
              .broker()
              .fetch(
                  new TopicPartition("counted", partition),
                  0,
                  1 << 20,
                  IsolationLevel.READ_COMMITTED);
      while (records.next()) {
        last.put(
            new String(Objects.requireNonNull(records.key()), StandardCharsets.UTF_8),
            LONG.deserializer().deserialize("counted", Headers.EMPTY, records.value()));
      }
    }
    return last;
  }

  private static Map<String, Long> counts(Application application) {
    ReadOnlyKeyValueStore<String, Long> store =
        application.store("counts", QueryableStoreTypes.keyValueStore());
    var counts = new HashMap<String, Long>();
    try (var all = store.all()) {
      all.forEachRemaining(entry -> counts.put(entry.key, entry.value));
    }
    return counts;
  }

  @Test
  void countsOnDiskGoOnAfterEachRestartAndEqualAFold(@TempDir Path folder) throws Exception {
    long seed = Seeds.next();
    var random = new Random(seed);
    var expected = new HashMap<String, Long>();
    var expectedByWindow = new HashMap<String, Long>();
    for (int round = 0; round < 3; round++) {
      try (var headwater = Headwater.open(folder)) {
        create(headwater);
        Application application = headwater.run("counting", counting(), CONFIG);
        for (int i = 0; i < 200; i++) {
          String word = "w" + random.nextInt(12);
          long time = round * 1_000L + i * 5L;
          write(headwater, time, "k" + random.nextInt(20), word);
          expected.merge(word, 1L, Long::sum);
          expectedByWindow.merge(word + "@" + time / 100 * 100, 1L, Long::sum);
        }
        assertThat(application.awaitCaughtUp(LONG_ENOUGH)).as("seed %d", seed).isTrue();
        assertThat(counts(application)).as("seed %d", seed).isEqualTo(expected);
        assertThat(lastCounted(headwater)).as("seed %d", seed).isEqualTo(expected);
        assertThat(application.metrics().consumed()).isEqualTo(600); // two hops
        ReadOnlyWindowStore<String, Long> windows =
            application.store("counts-by-window", QueryableStoreTypes.windowStore());
        var byWindow = new HashMap<String, Long>();
        try (var all = windows.all()) {
          all.forEachRemaining(
              entry ->
                  byWindow.put(entry.key.key() + "@" + entry.key.window().start(), entry.value));
        }
        assertThat(byWindow).as("seed %d", seed).isEqualTo(expectedByWindow);
        assertThat(application.close(LONG_ENOUGH)).isTrue();
        assertThat(application.state()).isEqualTo(Application.State.NOT_RUNNING);
      }
    }
    assertThat(Files.readAllLines(folder.resolve("apps/counting.properties")))
        .contains(
            "application=counting",
            "format=1",
            "store.counts.changelog=counting-counts-changelog",
            "store.counts.kind=key-value",
            "store.counts-by-window.kind=window",
            "store.counts-by-window.window.ms=100",
            "store.counts-by-window.retention.ms=3600000");
  }

  @Test
  void aStoreCanBeReadWhileRecordsAreProcessed() throws Exception {
    try (var headwater = Headwater.inMemory()) {
      create(headwater);
      Application application = headwater.run("counting", counting(), CONFIG);
      ReadOnlyKeyValueStore<String, Long> store =
          application.store("counts", QueryableStoreTypes.keyValueStore());
      long last = 0;
      for (int i = 0; i < 300; i++) {
        write(headwater, i, "k" + i, "word");
        Long count = store.get("word");
        long now = count == null ? 0 : count;
        assertThat(now).isBetween(last, i + 1L);
        last = now;
      }
      assertThat(application.awaitCaughtUp(LONG_ENOUGH)).isTrue();
      assertThat(store.get("word")).isEqualTo(300);
      assertThat(store.get("other")).isNull();
      assertThat(store.approximateNumEntries()).isEqualTo(1);
    }
  }

  @Test
  void aWaitMayBeForever() throws Exception {
    Duration forever = Duration.ofSeconds(Long.MAX_VALUE);
    try (var headwater = Headwater.inMemory()) {
      create(headwater);
      Application application = headwater.run("counting", counting(), CONFIG);
      write(headwater, 1, "k", "word");
      assertThat(application.awaitCaughtUp(forever)).isTrue();
      assertThat(application.awaitCaughtUp(forever.negated())).isTrue();
      assertThat(application.close(forever)).isTrue();
      assertThat(application.close(forever.negated())).isTrue();
    }
  }

  @Test
  void whatIsAskedWronglyIsSaid() {
    try (var headwater = Headwater.inMemory()) {
      create(headwater);
      Application application = headwater.run("counting", counting(), CONFIG);
      assertThatThrownBy(
              () -> application.store("count", QueryableStoreTypes.<String, Long>keyValueStore()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "application counting has no store named 'count'; it has [counts, counts-by-window]");
      assertThatThrownBy(
              () -> application.store("counts", QueryableStoreTypes.<String, Long>windowStore()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("store counts of application counting cannot be read as asked");
      assertThatThrownBy(() -> headwater.run("counting", counting(), CONFIG))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("application counting is running already; close it first");
      assertThatThrownBy(() -> headwater.run("no spaces", counting(), CONFIG))
          .isInstanceOf(IllegalArgumentException.class);
      application.close();
      assertThatThrownBy(
              () -> application.store("counts", QueryableStoreTypes.<String, Long>keyValueStore()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("application counting has ended (NOT_RUNNING): its stores are closed");
    }
  }

  @Test
  void aFailureEndsTheApplicationAndItsErrorIsKept() throws Exception {
    var builder = new StreamsBuilder();
    builder.stream("lines", Consumed.with(STRING, STRING))
        .peek(
            (key, line) -> {
              if (line.equals("bad")) {
                throw new IllegalArgumentException("no good");
              }
            })
        .to("counted", Produced.with(STRING, STRING));
    try (var headwater = Headwater.inMemory()) {
      create(headwater);
      Application application = headwater.run("failing", builder.build(), CONFIG);
      write(headwater, 1, "k", "fine");
      assertThat(application.awaitCaughtUp(LONG_ENOUGH)).isTrue();
      write(headwater, 1, "k", "bad");
      assertThatThrownBy(() -> application.awaitCaughtUp(LONG_ENOUGH))
          .isInstanceOf(StreamsException.class)
          .hasMessageContaining("failed at node KSTREAM-PEEK-0000000001")
          .hasRootCauseMessage("no good");
      assertThat(application.state()).isEqualTo(Application.State.ERROR);
      assertThat(application.error()).isPresent();
      assertThat(application.metrics().processed()).isEqualTo(1);
      application.close();
      assertThat(application.state()).isEqualTo(Application.State.ERROR);
      // The same id can be run again.
      headwater.run("failing", counting(), CONFIG).close();
    }
  }

  /** What is logged while an application fails at its only record, which it takes when told to. */
  private static String loggedByAFailure(Runnable beforeFailing, Consumer<Application> meanwhile) {
    var builder = new StreamsBuilder();
    builder.stream("lines", Consumed.with(STRING, STRING))
        .foreach(
            (key, line) -> {
              beforeFailing.run();
              throw new IllegalArgumentException("no good");
            });
    var logged = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(logged, true, StandardCharsets.UTF_8));
    try (var headwater = Headwater.inMemory()) {
      create(headwater);
      Application application = headwater.run("failing", builder.build(), CONFIG);
      write(headwater, 1, "k", "v");
      meanwhile.accept(application);
    } finally {
      System.setErr(before);
    }
    return logged.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aFailureThatSomebodyWaitsForIsThrownAndNotLogged() {
    Thread waiter = Thread.currentThread();
    String logged =
        loggedByAFailure(
            () -> {
              while (waiter.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
              }
            },
            application ->
                assertThatThrownBy(() -> application.awaitCaughtUp(LONG_ENOUGH))
                    .isInstanceOf(StreamsException.class)
                    .hasRootCauseMessage("no good"));

    assertThat(logged).isEmpty();
  }

  @Test
  void aFailureThatNobodyWaitsForIsLoggedOnce() {
    String logged =
        loggedByAFailure(
            () -> {},
            application -> {
              while (application.state() != Application.State.ERROR) {
                Thread.onSpinWait();
              }
            });

    assertThat(logged).containsOnlyOnce(" ERROR ").contains("no good");
  }

  @Test
  void anApplicationCanBeClosedFromItsOwnThreadAndMoreThanOnce() throws Exception {
    var asked = new CountDownLatch(1);
    var holder = new HashMap<String, Application>();
    var ready = new CountDownLatch(1);
    var builder = new StreamsBuilder();
    builder.stream("lines", Consumed.with(STRING, STRING))
        .foreach(
            (key, line) -> {
              try {
                ready.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              assertThat(Objects.requireNonNull(holder.get("it")).close(LONG_ENOUGH)).isFalse();
              asked.countDown();
            });
    try (var headwater = Headwater.inMemory()) {
      create(headwater);
      Application application = headwater.run("closing", builder.build(), CONFIG);
      holder.put("it", application);
      ready.countDown();
      write(headwater, 1, "k", "v");
      asked.await();
      assertThat(application.close(LONG_ENOUGH)).isTrue();
      application.close();
      assertThat(application.state()).isEqualTo(Application.State.NOT_RUNNING);
      assertThat(application.metrics().processed()).isEqualTo(1);
    }
  }

  @Test
  void settingsThatMakeNoSenseAreRefused() {
    var builder = AppConfig.builder();
    assertThatThrownBy(() -> builder.threads(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("threads must be at least 1, was 0");
    assertThatThrownBy(() -> builder.commitInterval(Duration.ofMinutes(5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "commitInterval must be at most PT30S, so that no transaction times out; was PT5M");
    assertThatThrownBy(() -> builder.memoryBudgetBytes(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("memoryBudgetBytes must be at least 1 MiB, was 1");
    assertThatThrownBy(() -> ErrorPolicy.stop().withRetries(-1, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("retriesMax cannot be negative, was -1");
  }
}
