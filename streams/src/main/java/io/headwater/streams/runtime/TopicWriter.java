package io.headwater.streams.runtime;

import io.headwater.broker.DefaultPartitioner;
import io.headwater.broker.TopicPartition;
import io.headwater.log.BatchLog;
import io.headwater.log.record.BatchBuilder;
import io.headwater.serde.Headers;
import org.jspecify.annotations.Nullable;

/** The end of a {@link RecordCollector} that belongs to one topic. */
final class TopicWriter {
  /** A batch of this size is handed to the broker. */
  private static final int BATCH_BYTES = 128 * 1024;

  private final RecordCollector collector;
  private final String topic;
  private final @Nullable Pending[] batches;

  /** Where records without a key go until their batch is handed over. */
  private int keylessPartition;

  TopicWriter(RecordCollector collector, String topic, int partitions) {
    this.collector = collector;
    this.topic = topic;
    batches = new Pending[partitions];
  }

  /** What is collected for one partition. */
  static final class Pending {
    private final TopicPartition partition;
    private final BatchBuilder builder = new BatchBuilder();
    private boolean listed;

    private Pending(TopicPartition partition) {
      this.partition = partition;
    }

    TopicPartition partition() {
      return partition;
    }

    BatchBuilder builder() {
      return builder;
    }

    /** The collector has it no longer on its list. */
    void idle() {
      listed = false;
    }
  }

  String topic() {
    return topic;
  }

  int partitions() {
    return batches.length;
  }

  /** Kafka's choice: by the key's hash; without a key, one partition a batch, in turn. */
  int defaultPartition(byte @Nullable [] key) {
    return key == null ? keylessPartition : DefaultPartitioner.partition(key, batches.length);
  }

  void write(
      int partition,
      long timestampMs,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Headers headers) {
    Pending batch = batches[partition];
    if (batch == null) {
      batch = new Pending(new TopicPartition(topic, partition));
      batches[partition] = batch;
    }
    if (!batch.listed) {
      batch.listed = true;
      collector.started(batch);
    }
    BatchBuilder builder = batch.builder;
    long more = BatchBuilder.sizeOf(key, value, headers);
    if (builder.sizeInBytes() + more > BatchLog.BATCH_BYTES_MAX) {
      handOver(batch);
    }
    builder.append(timestampMs, key, value, headers);
    if (builder.sizeInBytes() >= BATCH_BYTES) {
      handOver(batch);
    }
  }

  private void handOver(Pending batch) {
    collector.handOver(batch);
    if (batch.partition.partition() == keylessPartition) {
      keylessPartition = (keylessPartition + 1) % batches.length;
    }
  }
}
