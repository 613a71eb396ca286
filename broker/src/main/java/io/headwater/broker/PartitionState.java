package io.headwater.broker;

import io.headwater.log.record.ControlType;
import io.headwater.log.record.RecordBatch;
import io.headwater.log.transaction.AbortedTransaction;
import io.headwater.log.transaction.AbortedTransactions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the headers of a partition's batches say: its producers, which of its transactions were
 * aborted, and which still hold back the last stable offset. Not thread-safe: its partition guards
 * it.
 *
 * <p>A transaction holds back the stable offset from its first record until it is {@link #release
 * released}. That is later than its marker: all partitions of a transaction are released together.
 */
final class PartitionState {
  /**
   * A marker ended a transaction.
   *
   * @param first the transaction's first offset in this partition
   */
  record Ended(long producerId, short epoch, long first, long markerOffset, boolean committed) {}

  private final Producers producers = new Producers();
  private final TreeMap<Long, Long> holds = new TreeMap<>();
  private AbortedTransactions aborted = new AbortedTransactions();

  Producers producers() {
    return producers;
  }

  AbortedTransactions aborted() {
    return aborted;
  }

  /** Notes an aborted transaction whose marker is the last in the log. */
  void abort(AbortedTransaction transaction) {
    aborted.add(transaction);
  }

  /** Notes aborted transactions whose markers are anywhere in the log. */
  void abortEarlier(List<AbortedTransaction> transactions) {
    var all = new ArrayList<>(aborted.all());
    all.addAll(transactions);
    aborted = AbortedTransactions.of(all);
  }

  /** Forgets aborted transactions that lie below the start of the log, once it is worth while. */
  void forgetAbortedBelow(long startOffset) {
    aborted = aborted.from(startOffset);
  }

  /** Starts from what a snapshot kept. */
  void restore(List<ProducerEntry> entries, AbortedTransactions transactions) {
    producers.replaceAll(entries);
    aborted = transactions;
    holds.clear();
    producers.open().forEach((first, entry) -> holds.put(first, entry.id()));
  }

  /** Transactions that hold back the stable offset: first offset to producer id. */
  Map<Long, Long> holds() {
    return holds;
  }

  /** Lets the stable offset pass the transaction that started there. */
  void release(long first) {
    holds.remove(first);
  }

  /** The last stable offset of a log that ends at {@code end}. */
  long stableOffset(long end) {
    return holds.isEmpty() ? end : holds.firstKey();
  }

  /** Notes a batch of records. */
  void appended(long producerId, short epoch, ProducerEntry.Batch batch, boolean transactional) {
    if (producers.appended(producerId, epoch, batch, transactional)) {
      holds.put(batch.baseOffset(), producerId);
    }
  }

  /** Notes a marker; null if it ended nothing. An aborted transaction is noted as such. */
  @Nullable Ended ended(
      boolean committed,
      long producerId,
      short epoch,
      int coordinatorEpoch,
      long markerOffset,
      long timestampMs) {
    long first = producers.ended(producerId, epoch, coordinatorEpoch, markerOffset, timestampMs);
    if (first == ProducerEntry.NO_OFFSET) {
      return null;
    }
    if (!committed) {
      abort(
          new AbortedTransaction(
              producerId, first, markerOffset, stableWithout(first, markerOffset + 1)));
    }
    return new Ended(producerId, epoch, first, markerOffset, committed);
  }

  private long stableWithout(long first, long end) {
    for (Long other : holds.keySet()) {
      if (other != first) {
        return other;
      }
    }
    return end;
  }

  /** Notes a batch read from the log; null unless it is a marker that ended a transaction. */
  @Nullable Ended replay(RecordBatch batch) {
    if (batch.isControl()) {
      ControlType type = batch.controlType();
      return type == ControlType.OTHER
          ? null
          : ended(
              type == ControlType.COMMIT,
              batch.producerId(),
              batch.producerEpoch(),
              0,
              batch.lastOffset(),
              batch.maxTimestamp());
    }
    if (batch.producerId() >= 0) {
      appended(
          batch.producerId(),
          batch.producerEpoch(),
          new ProducerEntry.Batch(
              batch.lastSequence(),
              batch.lastOffset(),
              (int) (batch.lastOffset() - batch.baseOffset()),
              batch.maxTimestamp()),
          batch.isTransactional());
    }
    return null;
  }
}
