package io.headwater.benchmarks.kafka;

import io.headwater.benchmarks.engine.Engine;
import io.headwater.benchmarks.engine.EngineServer;
import io.headwater.benchmarks.engine.FirstValue;
import io.headwater.benchmarks.engine.Folders;
import io.headwater.benchmarks.engine.Round;
import io.headwater.benchmarks.workload.Outcome;
import io.headwater.benchmarks.workload.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;

/** Kafka Streams: two threads, exactly once, a commit every 100 ms, all else as it comes. */
public final class KafkaStreamsEngine implements Engine {
  private static final Duration ROUND_MAX = Duration.ofMinutes(15);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(25);

  private final String bootstrap;
  private final Workload workload;
  private final Path folder;
  private final Admin admin;

  /**
   * @param folder for the state of the application, emptied for each round
   */
  KafkaStreamsEngine(String bootstrap, Workload workload, Path folder) {
    this.bootstrap = bootstrap;
    this.workload = workload;
    this.folder = folder;
    this.admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap));
  }

  /** What {@link #main} is called with to run an engine like one made of the same. */
  public static List<String> arguments(String bootstrap, Workload workload, Path folder) {
    List<String> arguments = new ArrayList<>(List.of(bootstrap, folder.toString()));
    arguments.addAll(workload.arguments());
    return arguments;
  }

  /** Serves an engine, as {@link EngineServer} does. */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> arguments = List.of(args);
    Workload workload = Workload.parse(arguments.subList(2, arguments.size()));
    EngineServer.serve(() -> new KafkaStreamsEngine(args[0], workload, Path.of(args[1])));
  }

  @Override
  public void load() throws ExecutionException, InterruptedException {
    new KafkaInput(bootstrap, admin, workload).load();
  }

  @Override
  public Round run(int number) throws IOException, ExecutionException, InterruptedException {
    String application = "%s-%d".formatted(workload.of().id(), number);
    String output = application + "-output";
    Folders.empty(folder);
    admin.createTopics(List.of(new NewTopic(output, Workload.PARTITIONS, (short) 1))).all().get();
    long elapsedNanos = measure(application, output);
    Outcome outcome = new KafkaOutput(bootstrap, admin).read(output, workload.of().output().fold());
    removeTopics(application);
    Folders.delete(folder);
    return new Round(elapsedNanos, outcome);
  }

  private long measure(String application, String output)
      throws ExecutionException, InterruptedException {
    FirstValue firstValue = new FirstValue();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    KafkaStreams streams =
        new KafkaStreams(
            KafkaTopologies.of(workload, timed(firstValue), output), config(application));
    try {
      streams.setUncaughtExceptionHandler(
          thrown -> {
            failure.compareAndSet(null, thrown);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
          });
      streams.start();
      long deadlineNanos = System.nanoTime() + ROUND_MAX.toNanos();
      while (committed(application) < workload.records()) {
        Throwable thrown = failure.get();
        if (thrown != null) {
          throw new IllegalStateException(application + " failed", thrown);
        }
        if (System.nanoTime() > deadlineNanos) {
          throw new IllegalStateException(
              "%s committed only %d of %d records in %s"
                  .formatted(application, committed(application), workload.records(), ROUND_MAX));
        }
        Thread.sleep(POLL.toMillis());
      }
      return firstValue.elapsedNanos(System.nanoTime());
    } finally {
      // A member that only stops talking would keep the group waiting for its session.
      streams.close(
          CloseOptions.timeout(CLOSE_MAX)
              .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    }
  }

  private Properties config(String application) {
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    config.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
    config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
    config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
    config.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    return config;
  }

  /** How many events the application has committed to have read. */
  private long committed(String application) throws ExecutionException, InterruptedException {
    try {
      Map<TopicPartition, @Nullable OffsetAndMetadata> offsets =
          admin.listConsumerGroupOffsets(application).partitionsToOffsetAndMetadata().get();
      long committed = 0;
      for (Map.Entry<TopicPartition, @Nullable OffsetAndMetadata> offset : offsets.entrySet()) {
        OffsetAndMetadata position = offset.getValue();
        if (position != null && offset.getKey().topic().equals(workload.eventsTopic())) {
          committed += position.offset();
        }
      }
      return committed;
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof GroupIdNotFoundException) {
        return 0;
      }
      throw failure;
    }
  }

  /** A serde of bytes that says when the first is read. */
  private static Serde<byte[]> timed(FirstValue firstValue) {
    Serde<byte[]> bytes = Serdes.ByteArray();
    Deserializer<byte[]> deserializer =
        new Deserializer<>() {
          // Two threads may both find it unset: then the earlier of them counts.
          private boolean seen;

          @Override
          public byte @Nullable [] deserialize(String topic, byte @Nullable [] data) {
            if (!seen) {
              seen = true;
              firstValue.mark();
            }
            return data;
          }
        };
    return Serdes.serdeFrom(bytes.serializer(), deserializer);
  }

  /** Removes the output and the topics that Kafka Streams made. */
  private void removeTopics(String application) throws ExecutionException, InterruptedException {
    Set<String> topics =
        admin.listTopics().names().get().stream()
            .filter(topic -> topic.startsWith(application + "-"))
            .collect(Collectors.toSet());
    admin.deleteTopics(topics).all().get();
  }

  @Override
  public void close() {
    admin.close();
  }
}
