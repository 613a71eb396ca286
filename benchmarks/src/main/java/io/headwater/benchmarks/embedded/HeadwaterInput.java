package io.headwater.benchmarks.embedded;

import io.headwater.benchmarks.workload.Case;
import io.headwater.benchmarks.workload.Workload;
import io.headwater.broker.Broker;
import io.headwater.broker.DefaultPartitioner;
import io.headwater.broker.NewTopic;
import io.headwater.broker.Producer;
import io.headwater.broker.TopicPartition;
import io.headwater.log.record.BatchBuilder;
import io.headwater.serde.Headers;

/** Writes the events and the profiles of a workload into topics of a folder. */
final class HeadwaterInput {
  /** As large as the batches that the loader of the other side sends. */
  private static final int BATCH_BYTES = 64 * 1024;

  private final Broker broker;
  private final Workload workload;

  HeadwaterInput(Broker broker, Workload workload) {
    this.broker = broker;
    this.workload = workload;
  }

  /** Writes what is not there yet. */
  void load() {
    if (created(workload.eventsTopic())) {
      Loader loader = new Loader(workload.eventsTopic());
      for (long index = 0; index < workload.records(); index++) {
        loader.append(workload.timestampMs(index), workload.key(index), workload.value(index));
      }
      loader.flush();
    }
    if (workload.of() == Case.JOIN && created(workload.profilesTopic())) {
      Loader loader = new Loader(workload.profilesTopic());
      for (int user = 0; user < workload.of().users(); user++) {
        loader.append(
            workload.profileTimestampMs(), workload.keyOf(user), workload.profileOf(user));
      }
      loader.flush();
    }
  }

  private boolean created(String topic) {
    return broker.createTopicIfAbsent(NewTopic.of(topic, Workload.PARTITIONS));
  }

  /** Appends many records to one topic, in batches. */
  private final class Loader {
    private final String topic;
    private final Producer producer = broker.producer();
    private final BatchBuilder[] batches = new BatchBuilder[Workload.PARTITIONS];

    Loader(String topic) {
      this.topic = topic;
      for (int partition = 0; partition < batches.length; partition++) {
        batches[partition] = new BatchBuilder();
      }
    }

    void append(long timestampMs, byte[] key, byte[] value) {
      int partition = DefaultPartitioner.partition(key, batches.length);
      batches[partition].append(timestampMs, key, value, Headers.EMPTY);
      if (batches[partition].sizeInBytes() >= BATCH_BYTES) {
        flush(partition);
      }
    }

    void flush() {
      for (int partition = 0; partition < batches.length; partition++) {
        if (!batches[partition].isEmpty()) {
          flush(partition);
        }
      }
    }

    private void flush(int partition) {
      producer.append(new TopicPartition(topic, partition), batches[partition]);
      batches[partition].reset();
    }
  }
}
