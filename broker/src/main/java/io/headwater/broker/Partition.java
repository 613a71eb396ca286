package io.headwater.broker;

import io.headwater.broker.TransactionRecord.PartitionNumber;
import io.headwater.log.BatchLog;
import io.headwater.log.Recovery;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.record.ControlType;
import io.headwater.log.transaction.AbortedTransaction;
import io.headwater.log.transaction.AbortedTransactions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A partition that this process writes: its log, and what the log's batches say about producers and
 * transactions. One thread appends at a time; readers never wait for it.
 */
final class Partition implements ReadablePartition {
  /** There is one coordinator, in this process. */
  private static final int COORDINATOR_EPOCH = 0;

  private final TopicPartition id;
  private final PartitionNumber number;
  private final BatchLog log;
  private final PartitionState state;
  private final PartitionFiles files;
  private final Object forcing = new Object();
  private volatile AbortedTransactions aborted;
  private volatile long stableOffset;
  private volatile boolean deleted;
  private volatile long savedSizeBytes;

  Partition(
      TopicPartition id,
      PartitionNumber number,
      BatchLog log,
      PartitionFiles files,
      PartitionState state) {
    this.id = id;
    this.number = number;
    this.log = log;
    this.files = files;
    this.state = state;
    this.aborted = state.aborted();
    this.stableOffset = state.stableOffset(log.range().to());
    this.savedSizeBytes = files.savedOffset() == log.range().to() ? log.sizeBytes() : 0;
  }

  @Override
  public TopicPartition id() {
    return id;
  }

  PartitionNumber number() {
    return number;
  }

  @Override
  public BatchLog log() {
    return log;
  }

  @Override
  public long stableOffset() {
    return stableOffset;
  }

  @Override
  public AbortedTransactions aborted() {
    return aborted;
  }

  long endOffset() {
    return log.range().to();
  }

  /**
   * Appends a batch whose producer, if it names one, has been set. A batch that its producer sent
   * before is not appended again.
   *
   * @return the offset of its first record
   */
  synchronized long append(BatchBuilder batch) {
    ensureNotDeleted();
    long producerId = batch.producerId();
    if (producerId >= 0 && batch.baseSequence() >= 0) {
      long duplicate =
          state
              .producers()
              .check(id, producerId, batch.producerEpoch(), batch.baseSequence(), batch.count());
      if (duplicate != ProducerEntry.NO_OFFSET) {
        return duplicate;
      }
    }
    long base = log.append(batch);
    if (producerId >= 0) {
      int lastSequence =
          batch.baseSequence() < 0
              ? ProducerEntry.NO_SEQUENCE
              : Sequences.plus(batch.baseSequence(), batch.count() - 1);
      state.appended(
          producerId,
          batch.producerEpoch(),
          new ProducerEntry.Batch(
              lastSequence, base + batch.count() - 1, batch.count() - 1, batch.maxTimestamp()),
          batch.isTransactional());
    }
    stableOffset = state.stableOffset(base + batch.count());
    return base;
  }

  /**
   * Ends a producer's transaction in this partition. Readers see it once {@link #release} is
   * called.
   *
   * @return what was ended; null if the producer has no open transaction here
   */
  synchronized PartitionState.@Nullable Ended end(
      ControlType type, long producerId, short epoch, long timestampMs) {
    BatchBuilder marker =
        BatchBuilder.endOfTransaction(type, timestampMs, producerId, epoch, COORDINATOR_EPOCH);
    long offset = log.append(marker);
    return state.ended(
        type == ControlType.COMMIT, producerId, epoch, COORDINATOR_EPOCH, offset, timestampMs);
  }

  /** Lets the stable offset pass an ended transaction. */
  synchronized void release(long first) {
    state.release(first);
    showState();
  }

  /** Shows readers what the state says. */
  synchronized void showState() {
    state.forgetAbortedBelow(log.range().from());
    aborted = state.aborted();
    stableOffset = state.stableOffset(endOffset());
  }

  /** Returns once all records below an offset would survive a power cut. Callers share a force. */
  void force(long offset) {
    if (log.forcedOffset() >= offset) {
      return;
    }
    synchronized (forcing) {
      if (!deleted && !isDamaged() && log.forcedOffset() < offset) {
        log.sync();
      }
    }
  }

  /** A damaged log takes no appends, so there is nothing to force. */
  boolean isDamaged() {
    return log.recovery() instanceof Recovery.Damaged;
  }

  void forceAll() {
    force(endOffset());
  }

  /** As {@link #forceAll}, and the log notes it for its next opening. */
  void forceAndMark() {
    forceAll();
    synchronized (forcing) {
      if (!deleted && !isDamaged()) {
        log.saveForcedMark();
      }
    }
  }

  /** The epoch that a producer last wrote with, -1 if it is not known here. */
  synchronized short epochOf(long producerId) {
    return state.producers().epochOf(producerId);
  }

  /** The largest producer id that has written here, -1 if none. */
  synchronized long producerIdMax() {
    return state.producers().idMax();
  }

  /** By how many bytes the log has grown since the files beside it were written. */
  long unsavedBytes() {
    return deleted ? 0 : log.sizeBytes() - savedSizeBytes;
  }

  /**
   * Notes what the batches up to now say; running the answer writes it beside the log. To be run
   * once those batches have been forced and settled.
   */
  synchronized Runnable saving() {
    long offset = endOffset();
    byte[] producers = ProducerSnapshot.format(state.producers().all());
    List<AbortedTransaction> transactions = state.aborted().all();
    long sizeBytes = log.sizeBytes();
    return () -> {
      if (!deleted) {
        files.save(offset, producers, transactions);
        savedSizeBytes = sizeBytes;
      }
    };
  }

  /** As {@link #saving}, of a compacted form of the records below an offset. */
  Runnable savingCompacted(long offset, BatchBuilder records) {
    long sizeBytes = log.sizeBytes();
    return () -> {
      if (!records.isEmpty()) {
        files.saveCompacted(offset, records);
      }
      savedSizeBytes = sizeBytes;
    };
  }

  PartitionFiles files() {
    return files;
  }

  /** What recovery changes, before anybody reads. */
  PartitionState state() {
    return state;
  }

  /** Closes the log for good: its files are going to be deleted. */
  void markDeleted() {
    synchronized (forcing) {
      synchronized (this) {
        deleted = true;
        log.close();
      }
    }
  }

  /** Closes the log. */
  synchronized void close() {
    log.close();
  }

  boolean isDeleted() {
    return deleted;
  }

  /** Whether the offset is not past the end; false once the topic is deleted. */
  synchronized boolean reaches(long offset) {
    return !deleted && offset <= endOffset();
  }

  void ensureNotDeleted() {
    if (deleted) {
      throw UnknownTopicException.deleted(id.topic());
    }
  }
}
