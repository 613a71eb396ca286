package io.headwater.broker;

import io.headwater.log.record.BatchBuilder;
import java.util.HashMap;
import java.util.Map;

/**
 * Numbers the batches that it appends, so that each gets into its partition once, in order. Safe
 * for many threads, one after another.
 */
public final class Producer {
  private static final short EPOCH = 0;

  private final Broker broker;
  private final long id;
  private final Map<TopicPartition, Integer> sequences = new HashMap<>();

  Producer(Broker broker, long id) {
    this.broker = broker;
    this.id = id;
  }

  /** The id that its batches carry. */
  public long producerId() {
    return id;
  }

  /**
   * Appends a batch and returns the offset of its first record. The batch's producer fields are set
   * here. If this fails the same batch may be appended again: should it be in the log already, that
   * answers with where it is.
   */
  public synchronized long append(TopicPartition partition, BatchBuilder batch) {
    int sequence = sequences.getOrDefault(partition, 0);
    batch.producer(id, EPOCH, sequence, false);
    long base = broker.append(partition, batch);
    sequences.put(partition, Sequences.plus(sequence, batch.count()));
    return base;
  }
}
