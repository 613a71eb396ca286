package io.headwater.benchmarks.kafka;

import io.headwater.benchmarks.workload.Outcome;
import io.headwater.benchmarks.workload.OutcomeFold;
import io.headwater.benchmarks.workload.Workload;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads an output topic to its end, as a reader of committed records sees it. */
final class KafkaOutput {
  private static final Duration READ_MAX = Duration.ofMinutes(5);
  private static final Duration POLL = Duration.ofMillis(100);

  private final String bootstrap;
  private final Admin admin;

  KafkaOutput(String bootstrap, Admin admin) {
    this.bootstrap = bootstrap;
    this.admin = admin;
  }

  /** What is in the topic; nobody writes to it any more. */
  Outcome read(String topic, OutcomeFold fold) throws ExecutionException, InterruptedException {
    Map<TopicPartition, Long> ends = ends(topic);
    Map<String, Object> config =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrap,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed",
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            10_000);
    long deadlineNanos = System.nanoTime() + READ_MAX.toNanos();
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(ends.keySet());
      consumer.seekToBeginning(ends.keySet());
      while (!reached(consumer, ends)) {
        if (System.nanoTime() > deadlineNanos) {
          throw new IllegalStateException(
              "%s cannot be read to its end %s, only to %s"
                  .formatted(topic, ends, positions(consumer, ends)));
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          fold.accept(record.key(), record.value());
        }
      }
    }
    return fold.outcome();
  }

  /** The ends of the log, markers of the last transaction included once they are written. */
  private Map<TopicPartition, Long> ends(String topic)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> asked =
        partitions(topic).stream()
            .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end :
        admin.listOffsets(asked, uncommittedToo()).all().get().entrySet()) {
      ends.put(end.getKey(), end.getValue().offset());
    }
    return ends;
  }

  private static ListOffsetsOptions uncommittedToo() {
    return new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED);
  }

  private static List<TopicPartition> partitions(String topic) {
    return IntStream.range(0, Workload.PARTITIONS)
        .mapToObj(number -> new TopicPartition(topic, number))
        .toList();
  }

  private static boolean reached(
      Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  private static Map<TopicPartition, Long> positions(
      Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    return ends.keySet().stream()
        .collect(Collectors.toMap(partition -> partition, consumer::position));
  }
}
