package io.headwater.benchmarks.embedded;

import io.headwater.benchmarks.engine.Engine;
import io.headwater.benchmarks.engine.EngineServer;
import io.headwater.benchmarks.engine.FirstValue;
import io.headwater.benchmarks.engine.Round;
import io.headwater.benchmarks.workload.Outcome;
import io.headwater.benchmarks.workload.OutcomeFold;
import io.headwater.benchmarks.workload.Workload;
import io.headwater.broker.Broker;
import io.headwater.broker.FetchedRecords;
import io.headwater.broker.IsolationLevel;
import io.headwater.broker.NewTopic;
import io.headwater.broker.OffsetAndMetadata;
import io.headwater.broker.TopicPartition;
import io.headwater.serde.Deserializer;
import io.headwater.serde.Headers;
import io.headwater.serde.Serde;
import io.headwater.serde.Serdes;
import io.headwater.streams.AppConfig;
import io.headwater.streams.Application;
import io.headwater.streams.Headwater;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Headwater: two threads, a commit every 100 ms, all else as it comes, exactly once included. */
public final class HeadwaterEngine implements Engine {
  private static final Duration ROUND_MAX = Duration.ofMinutes(15);
  private static final Duration LOOK_AT_LEAST = Duration.ofSeconds(1);
  private static final int FETCH_BYTES = 1 << 20;

  private final Workload workload;
  private final Headwater headwater;
  private final Broker broker;

  /**
   * @param folder of topics, with the input of other cases perhaps
   */
  HeadwaterEngine(Workload workload, Path folder) {
    this.workload = workload;
    this.headwater = Headwater.open(folder);
    this.broker = headwater.broker();
  }

  /** What {@link #main} is called with to run an engine like one made of the same. */
  public static List<String> arguments(Workload workload, Path folder) {
    List<String> arguments = new ArrayList<>(List.of(folder.toString()));
    arguments.addAll(workload.arguments());
    return arguments;
  }

  /** Serves an engine, as {@link EngineServer} does. */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> arguments = List.of(args);
    Workload workload = Workload.parse(arguments.subList(1, arguments.size()));
    EngineServer.serve(() -> new HeadwaterEngine(workload, Path.of(args[0])));
  }

  @Override
  public void load() {
    new HeadwaterInput(broker, workload).load();
  }

  @Override
  public Round run(int number) throws InterruptedException {
    String application = "%s-%d".formatted(workload.of().id(), number);
    String output = application + "-output";
    broker.createTopic(NewTopic.of(output, Workload.PARTITIONS));
    long elapsedNanos = measure(application, output);
    Outcome outcome = read(output);
    removeTopics(application);
    return new Round(elapsedNanos, outcome);
  }

  private long measure(String application, String output) throws InterruptedException {
    FirstValue firstValue = new FirstValue();
    AppConfig config =
        AppConfig.builder().threads(2).commitInterval(Duration.ofMillis(100)).build();
    try (Application running =
        headwater.run(
            application, HeadwaterTopologies.of(workload, timed(firstValue), output), config)) {
      long deadlineNanos = System.nanoTime() + ROUND_MAX.toNanos();
      long seen = broker.changes();
      while (committed(application) < workload.records()) {
        if (running.error().isPresent()) {
          throw new IllegalStateException(application + " failed", running.error().get());
        }
        if (System.nanoTime() > deadlineNanos) {
          throw new IllegalStateException(
              "%s committed only %d of %d records in %s"
                  .formatted(application, committed(application), workload.records(), ROUND_MAX));
        }
        broker.awaitChange(seen, LOOK_AT_LEAST);
        seen = broker.changes();
      }
      return firstValue.elapsedNanos(System.nanoTime());
    }
  }

  /** How many events the application has committed to have read. */
  private long committed(String application) {
    long committed = 0;
    for (Map.Entry<TopicPartition, OffsetAndMetadata> offset :
        broker.committedOffsets(application).entrySet()) {
      if (offset.getKey().topic().equals(workload.eventsTopic())) {
        committed += offset.getValue().offset();
      }
    }
    return committed;
  }

  /** A serde of bytes that says when the first is read. */
  private static Serde<byte[]> timed(FirstValue firstValue) {
    Serde<byte[]> bytes = Serdes.ByteArray();
    Deserializer<byte[]> deserializer =
        new Deserializer<>() {
          // Two threads may both find it unset: then the earlier of them counts.
          private boolean seen;

          @Override
          public byte @Nullable [] deserialize(
              String topic, Headers headers, byte @Nullable [] data) {
            if (!seen) {
              seen = true;
              firstValue.mark();
            }
            return data;
          }
        };
    return Serde.of(bytes.serializer(), deserializer);
  }

  private Outcome read(String output) {
    OutcomeFold fold = workload.of().output().fold();
    FetchedRecords records = new FetchedRecords();
    for (int partition = 0; partition < Workload.PARTITIONS; partition++) {
      TopicPartition from = new TopicPartition(output, partition);
      long offset = 0;
      do {
        broker.fetch(from, offset, FETCH_BYTES, IsolationLevel.READ_COMMITTED, records);
        while (records.next()) {
          fold.accept(
              Objects.requireNonNull(records.key()), Objects.requireNonNull(records.value()));
        }
        offset = records.nextOffset();
      } while (!records.isEmpty());
    }
    return fold.outcome();
  }

  /** Removes the output and the topics that the runtime made. */
  private void removeTopics(String application) {
    for (String topic : broker.topics()) {
      if (topic.startsWith(application + "-")) {
        broker.deleteTopic(topic, application);
      }
    }
  }

  @Override
  public void close() {
    headwater.close();
  }
}
