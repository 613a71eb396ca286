package io.headwater.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.broker.BrokerException;
import io.headwater.broker.FetchedRecords;
import io.headwater.broker.IsolationLevel;
import io.headwater.broker.OffsetAndMetadata;
import io.headwater.broker.TopicPartition;
import io.headwater.log.storage.LogException;
import io.headwater.log.testing.FaultyStorage;
import io.headwater.log.testing.Seeds;
import io.headwater.serde.Serde;
import io.headwater.serde.Serdes;
import io.headwater.state.KeyValueStore;
import io.headwater.state.StateStore;
import io.headwater.state.ValueAndTimestamp;
import io.headwater.state.task.KeyValueCells;
import io.headwater.streams.AppConfig;
import io.headwater.streams.ErrorPolicy;
import io.headwater.streams.StreamsBuilder;
import io.headwater.streams.Topology;
import io.headwater.streams.errors.StreamsException;
import io.headwater.streams.kstream.Consumed;
import io.headwater.streams.kstream.Grouped;
import io.headwater.streams.kstream.Materialized;
import io.headwater.streams.kstream.Produced;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Words are counted through a repartition hop while something goes wrong at every point in turn.
 * What comes out is what a loop over the input counts.
 */
class ExactlyOnceTest {
  private static final Serde<String> STRING = Serdes.String();
  private static final int PARTITIONS = 2;
  private static final int RECORDS = 24;
  private static final AppConfig CONFIG = AppConfig.builder().threads(2).build();

  /** Counts words, and calls {@code trap} at each step of each word's way. */
  private static Topology counting(Runnable trap) {
    var builder = new StreamsBuilder();
    builder.stream("lines", Consumed.with(STRING, STRING))
        .peek((key, line) -> trap.run())
        .groupBy((key, word) -> word, Grouped.with(STRING, STRING))
        .aggregate(
            () -> 0L,
            (word, line, count) -> {
              trap.run();
              return count + 1;
            },
            Materialized.<String, Long, KeyValueStore<byte[], byte[]>>as("counts")
                .withKeySerde(STRING)
                .withValueSerde(Serdes.Long()))
        .toStream()
        .peek((word, count) -> trap.run())
        .mapValues(count -> count.toString())
        .to("counted", Produced.with(STRING, STRING));
    return builder.build();
  }

  private static Map<String, Long> write(Stage stage, Random random) {
    var expected = new HashMap<String, Long>();
    for (int i = 0; i < RECORDS; i++) {
      String word = "w" + random.nextInt(6);
      stage.write("lines", random.nextInt(PARTITIONS), i, "k" + i, word);
      expected.merge(word, 1L, Long::sum);
    }
    return expected;
  }

  /** Processes some, so that there are several commits of several records. */
  private static void processAll(Stage stage, RunningTopology running) {
    while (!running.caughtUp()) {
      for (int step = 0; step < 3; step++) {
        running.workers().forEach(Worker::doWork);
      }
      stage.advance(Duration.ofMillis(100));
    }
  }

  private static Map<String, Long> counts(RunningTopology running) {
    var counts = new HashMap<String, Long>();
    for (StateStore store : running.stores("counts")) {
      counts.putAll(counts(store));
    }
    return counts;
  }

  @SuppressWarnings("unchecked") // the store is one of strings and longs
  private static Map<String, Long> counts(StateStore store) {
    var counts = new HashMap<String, Long>();
    var cells = (KeyValueCells<String, Long>) store;
    try (var all = cells.committedWithTimestamps().all()) {
      all.forEachRemaining(
          entry -> counts.put(entry.key, ValueAndTimestamp.getValueOrNull(entry.value)));
    }
    return counts;
  }

  /** Each word's updates go up one state of the count after another, and end where it does. */
  private static void checkOutput(List<String> output, Map<String, Long> counts, String as) {
    var last = new HashMap<String, Long>();
    for (String update : output) {
      String word = update.substring(0, update.indexOf('='));
      long count = Long.parseLong(update.substring(update.indexOf('=') + 1));
      assertThat(count).as(as).isGreaterThan(last.getOrDefault(word, 0L));
      last.put(word, count);
    }
    assertThat(last).as(as).isEqualTo(counts);
  }

  @Test
  void aFailureAtAnyCallOfAnyFunctionChangesNothing() {
    long seed = Seeds.next();
    int failures = 0;
    for (int failAt = 1; failAt == 1 || failures == failAt - 1; failAt++) {
      String as = "seed %d, failure at call %d".formatted(seed, failAt);
      int trapAt = failAt;
      var calls = new AtomicInteger();
      Topology topology =
          counting(
              () -> {
                if (calls.incrementAndGet() == trapAt) {
                  throw new IllegalStateException("trap");
                }
              });
      AppConfig config =
          AppConfig.builder()
              .threads(2)
              .processingErrors(ErrorPolicy.stop().withRetries(1, Duration.ZERO))
              .build();
      try (var stage = new Stage()) {
        stage.topic("lines", PARTITIONS).topic("counted", PARTITIONS);
        Map<String, Long> expected = write(stage, new Random(seed));
        RunningTopology running = stage.run(topology, config, 3);
        processAll(stage, running);
        assertThat(counts(running)).as(as).isEqualTo(expected);
        running.close();
        checkOutput(stage.read("counted"), expected, as);
        assertThat(running.metrics().consumed()).as(as).isEqualTo(2 * RECORDS);
        failures += (int) running.metrics().aborts();
      }
    }
    assertThat(failures).as("seed %d", seed).isGreaterThan(2 * RECORDS);
  }

  @Test
  void aRestartWithoutACloseGoesOnFromTheLastCommit() {
    long seed = Seeds.next();
    for (int steps = 1; steps < 30; steps++) {
      String as = "seed %d, %d steps between restarts".formatted(seed, steps);
      try (var stage = new Stage()) {
        stage.topic("lines", PARTITIONS).topic("counted", PARTITIONS);
        Map<String, Long> expected = write(stage, new Random(seed));
        for (int round = 0; round < 4; round++) {
          RunningTopology running = stage.run(counting(() -> {}), CONFIG, 2);
          for (int step = 0; step < steps; step++) {
            running.workers().forEach(Worker::doWork);
            stage.advance(Duration.ofMillis(40));
          }
          stage.reopen();
        }
        RunningTopology last = stage.run(counting(() -> {}), CONFIG, 2);
        processAll(stage, last);
        assertThat(counts(last)).as(as).isEqualTo(expected);
        last.close();
        checkOutput(stage.read("counted"), expected, as);
      }
    }
  }

  /** What is on the disk is the state after some number of commits, whenever the power goes. */
  @Test
  void aPowerCutAtAnyDiskOperationLeavesAPrefixOfTheCommits() {
    long seed = Seeds.next();
    var whole = new FaultyStorage(seed);
    runUntilItFails(whole, seed);
    long operations = whole.operationCount();
    int samples = Seeds.full() ? (int) operations : 25;
    var random = new Random(seed);
    for (int sample = 0; sample < samples; sample++) {
      long cutAt = samples == operations ? sample : (long) (random.nextDouble() * operations);
      String as = "seed %d, power cut at operation %d of %d".formatted(seed, cutAt, operations);
      var storage = new FaultyStorage(seed).cutPowerAt(cutAt);
      runUntilItFails(storage, seed);
      checkAndGoOn(storage.afterRestart(), as);
    }
  }

  private static void runUntilItFails(FaultyStorage storage, long seed) {
    try (var stage = new Stage(storage)) {
      stage.topic("lines", PARTITIONS).topic("counted", PARTITIONS);
      write(stage, new Random(seed));
      RunningTopology running = stage.run(counting(() -> {}), CONFIG, 2);
      processAll(stage, running);
      running.close();
    } catch (LogException | BrokerException | StreamsException expected) {
      assertThat(storage.isPowerCut()).as(expected.toString()).isTrue();
    }
  }

  private static void checkAndGoOn(FaultyStorage storage, String as) {
    try (var stage = new Stage(storage)) {
      for (String topic : List.of("lines", "counted")) {
        if (!stage.broker().topics().contains(topic)) {
          stage.topic(topic, PARTITIONS);
        }
      }
      RunningTopology running = stage.run(counting(() -> {}), CONFIG, 2);
      Map<TopicPartition, OffsetAndMetadata> positions =
          stage.broker().committedOffsets(Stage.APPLICATION);
      Map<String, Long> counts = counts(running);
      assertThat(counts).as(as).isEqualTo(fold(stage, positions));
      checkOutput(stage.read("counted"), counts, as);

      var expected = new HashMap<String, Long>();
      for (String line : stage.read("lines")) {
        expected.merge(line.substring(line.indexOf('=') + 1), 1L, Long::sum);
      }
      processAll(stage, running);
      assertThat(counts(running)).as(as).isEqualTo(expected);
      running.close();
      checkOutput(stage.read("counted"), expected, as);
    }
  }

  /** The count of the words in the repartition topic before the positions. */
  private static Map<String, Long> fold(
      Stage stage, Map<TopicPartition, OffsetAndMetadata> positions) {
    var counts = new HashMap<String, Long>();
    String topic = Stage.APPLICATION + "-counts-repartition";
    for (String name : stage.broker().topics()) {
      if (name.startsWith(Stage.APPLICATION) && name.endsWith("-repartition")) {
        topic = name;
      }
    }
    for (int partition = 0; partition < PARTITIONS; partition++) {
      var id = new TopicPartition(topic, partition);
      OffsetAndMetadata position = positions.get(id);
      long end = position == null ? 0 : position.offset();
      long offset = 0;
      var words = new ArrayList<String>();
      while (offset < end) {
        FetchedRecords records =
            stage.broker().fetch(id, offset, 1 << 16, IsolationLevel.READ_COMMITTED);
        while (records.next() && records.offset() < end) {
          words.add(Stage.text(Objects.requireNonNull(records.key())));
        }
        offset = Math.max(offset + 1, records.nextOffset());
      }
      words.forEach(word -> counts.merge(word, 1L, Long::sum));
    }
    return counts;
  }
}
