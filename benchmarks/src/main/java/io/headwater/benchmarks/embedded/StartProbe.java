package io.headwater.benchmarks.embedded;

import io.headwater.benchmarks.engine.Folders;
import io.headwater.benchmarks.workload.Workload;
import io.headwater.broker.Broker;
import io.headwater.broker.FetchedRecords;
import io.headwater.broker.IsolationLevel;
import io.headwater.broker.NewTopic;
import io.headwater.broker.TopicPartition;
import io.headwater.log.record.BatchBuilder;
import io.headwater.serde.Headers;
import io.headwater.serde.Serdes;
import io.headwater.streams.Headwater;
import io.headwater.streams.StreamsBuilder;
import io.headwater.streams.Topology;
import io.headwater.streams.kstream.Consumed;
import io.headwater.streams.kstream.Grouped;
import io.headwater.streams.kstream.Materialized;
import io.headwater.streams.kstream.Produced;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The time from opening an empty folder to the first record of an application that counts by key,
 * with the defaults; and the heap that such an application keeps when it has nothing to do.
 */
public final class StartProbe {
  private static final String INPUT = "words";
  private static final String OUTPUT = "counts";
  private static final Duration FIRST_RECORD_MAX = Duration.ofSeconds(30);

  private StartProbe() {}

  /**
   * Prints the nanoseconds of one start a line, then the bytes of the heap.
   *
   * @param args a folder to use, and how many starts to make
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Path.of(args[0]);
    int starts = Integer.parseInt(args[1]);
    PrintStream answers = System.out;
    System.setOut(System.err);
    for (int n = 0; n < starts; n++) {
      Folders.empty(folder);
      long beforeNanos = System.nanoTime();
      try (Headwater headwater = Headwater.open(folder)) {
        awaitFirstRecord(headwater);
        answers.println(System.nanoTime() - beforeNanos);
        if (n == starts - 1) {
          answers.println(idleHeapBytes());
        }
      }
    }
    Folders.delete(folder);
    answers.flush();
  }

  private static void awaitFirstRecord(Headwater headwater) throws InterruptedException {
    Broker broker = headwater.broker();
    broker.createTopic(NewTopic.of(INPUT, Workload.PARTITIONS));
    broker.createTopic(NewTopic.of(OUTPUT, Workload.PARTITIONS));
    byte[] word = "water".getBytes(StandardCharsets.UTF_8);
    broker.append(
        new TopicPartition(INPUT, 0),
        new BatchBuilder().append(System.currentTimeMillis(), word, word, Headers.EMPTY));
    headwater.run("counting", topology());
    long deadlineNanos = System.nanoTime() + FIRST_RECORD_MAX.toNanos();
    FetchedRecords records = new FetchedRecords();
    long seen = broker.changes();
    while (!anyOutput(broker, records)) {
      if (System.nanoTime() > deadlineNanos) {
        throw new IllegalStateException("no record came out within " + FIRST_RECORD_MAX);
      }
      broker.awaitChange(seen, FIRST_RECORD_MAX);
      seen = broker.changes();
    }
  }

  private static boolean anyOutput(Broker broker, FetchedRecords records) {
    for (int partition = 0; partition < Workload.PARTITIONS; partition++) {
      broker.fetch(
          new TopicPartition(OUTPUT, partition), 0, 1024, IsolationLevel.READ_COMMITTED, records);
      if (!records.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private static Topology topology() {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(INPUT, Consumed.with(Serdes.String(), Serdes.String()))
        .groupByKey(Grouped.with(Serdes.String(), Serdes.String()))
        .count(Materialized.with(Serdes.String(), Serdes.Long()))
        .toStream()
        .to(OUTPUT, Produced.with(Serdes.String(), Serdes.Long()));
    return builder.build();
  }

  /** The heap in use after a full collection, while the application waits for records. */
  private static long idleHeapBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
