package io.headwater.streams.runtime;

import io.headwater.broker.OffsetAndMetadata;
import io.headwater.broker.TopicPartition;
import io.headwater.broker.TransactionalProducer;
import io.headwater.log.record.BatchBuilder;
import java.util.Map;

/**
 * The transaction of one worker: begun by the first thing that is written, ended by a commit or an
 * abort, and then ready to begin anew. For the worker's thread only.
 */
final class Transaction implements AutoCloseable {
  private final TransactionalProducer producer;
  private boolean begun;

  Transaction(TransactionalProducer producer) {
    this.producer = producer;
  }

  /** Appends a batch under the transaction, and leaves in the builder where it is. */
  void append(TopicPartition partition, BatchBuilder batch) {
    begin();
    producer.append(partition, batch);
  }

  /** Commits what was appended, together with the positions; does nothing if there is neither. */
  void commit(String group, Map<TopicPartition, OffsetAndMetadata> positions) {
    if (!begun && positions.isEmpty()) {
      return;
    }
    begin();
    producer.addOffsets(group, positions);
    producer.commit();
    begun = false;
  }

  /** Takes back what was appended. */
  void abort() {
    if (begun) {
      begun = false;
      producer.abort();
    }
  }

  private void begin() {
    if (!begun) {
      producer.begin();
      begun = true;
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
