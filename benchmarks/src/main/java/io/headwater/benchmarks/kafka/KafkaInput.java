package io.headwater.benchmarks.kafka;

import io.headwater.benchmarks.workload.Case;
import io.headwater.benchmarks.workload.Workload;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Writes the events and the profiles of a workload into topics of a broker. */
final class KafkaInput {
  private static final short REPLICAS = 1;

  private final String bootstrap;
  private final Admin admin;
  private final Workload workload;

  KafkaInput(String bootstrap, Admin admin, Workload workload) {
    this.bootstrap = bootstrap;
    this.admin = admin;
    this.workload = workload;
  }

  /** Writes what is not there yet. */
  void load() throws ExecutionException, InterruptedException {
    if (created(workload.eventsTopic(), TopicConfig.CLEANUP_POLICY_DELETE)) {
      try (Loader loader = new Loader(bootstrap, workload.eventsTopic())) {
        for (long index = 0; index < workload.records(); index++) {
          loader.send(workload.timestampMs(index), workload.key(index), workload.value(index));
        }
      }
    }
    if (workload.of() == Case.JOIN
        && created(workload.profilesTopic(), TopicConfig.CLEANUP_POLICY_COMPACT)) {
      try (Loader loader = new Loader(bootstrap, workload.profilesTopic())) {
        for (int user = 0; user < workload.of().users(); user++) {
          loader.send(
              workload.profileTimestampMs(), workload.keyOf(user), workload.profileOf(user));
        }
      }
    }
  }

  private boolean created(String topic, String cleanupPolicy)
      throws ExecutionException, InterruptedException {
    if (admin.listTopics().names().get().contains(topic)) {
      return false;
    }
    NewTopic created =
        new NewTopic(topic, Workload.PARTITIONS, REPLICAS)
            .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, cleanupPolicy));
    admin.createTopics(List.of(created)).all().get();
    return true;
  }

  /** Sends many records to one topic; the first that fails is reported at the end. */
  private static final class Loader implements AutoCloseable {
    private final String topic;
    private final Producer<byte[], byte[]> producer;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    Loader(String bootstrap, String topic) {
      this.topic = topic;
      Map<String, Object> config =
          Map.of(
              ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
              bootstrap,
              ProducerConfig.BATCH_SIZE_CONFIG,
              64 * 1024,
              ProducerConfig.LINGER_MS_CONFIG,
              5);
      this.producer =
          new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    // A record that cannot be sent is told to the callback, so its future may go.
    @SuppressWarnings("FutureReturnValueIgnored")
    void send(long timestampMs, byte[] key, byte[] value) {
      producer.send(
          new ProducerRecord<>(topic, null, timestampMs, key, value),
          (metadata, thrown) -> {
            if (thrown != null) {
              failure.compareAndSet(null, thrown);
            }
          });
    }

    @Override
    public void close() {
      producer.close();
      Exception thrown = failure.get();
      if (thrown != null) {
        throw new IllegalStateException("cannot write " + topic, thrown);
      }
    }
  }
}
