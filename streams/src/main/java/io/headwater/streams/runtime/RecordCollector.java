package io.headwater.streams.runtime;

import io.headwater.broker.Broker;
import io.headwater.broker.TopicPartition;
import io.headwater.log.record.BatchBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects what the tasks of one worker write, in one batch per partition, and hands a batch to the
 * broker under the worker's transaction when it is large enough or a commit comes. For the worker's
 * thread only.
 */
final class RecordCollector {
  private final Broker broker;
  private final Batches batches;
  private final Counters counters;
  private final Map<String, TopicWriter> writers = new HashMap<>();
  private final List<TopicWriter.Pending> pending = new ArrayList<>();

  /** Where batches go. */
  @FunctionalInterface
  interface Batches {
    void append(TopicPartition partition, BatchBuilder batch);
  }

  RecordCollector(Broker broker, Batches batches, Counters counters) {
    this.broker = broker;
    this.batches = batches;
    this.counters = counters;
  }

  /**
   * The writer of that topic, always the same one.
   *
   * @throws io.headwater.broker.UnknownTopicException if there is no such topic
   */
  TopicWriter writer(String topic) {
    TopicWriter writer = writers.get(topic);
    if (writer == null) {
      writer = new TopicWriter(this, topic, broker.describe(topic).partitions().size());
      writers.put(topic, writer);
    }
    return writer;
  }

  Counters counters() {
    return counters;
  }

  /** The batch has its first record. */
  void started(TopicWriter.Pending batch) {
    pending.add(batch);
  }

  /** Hands a batch to the broker; it is empty afterwards. */
  void handOver(TopicWriter.Pending batch) {
    BatchBuilder builder = batch.builder();
    if (!builder.isEmpty()) {
      batches.append(batch.partition(), builder);
      builder.reset();
    }
  }

  /** Hands all batches to the broker, as a commit needs. */
  void flush() {
    for (TopicWriter.Pending batch : pending) {
      handOver(batch);
      batch.idle();
    }
    pending.clear();
  }

  /** Forgets what has not been handed over, as an abort needs. */
  void clear() {
    for (TopicWriter.Pending batch : pending) {
      batch.builder().reset();
      batch.idle();
    }
    pending.clear();
  }
}
