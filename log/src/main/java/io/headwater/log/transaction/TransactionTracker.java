package io.headwater.log.transaction;

import io.headwater.log.BatchLog;
import io.headwater.log.OffsetRange;
import io.headwater.log.record.ControlType;
import io.headwater.log.record.RecordBatch;
import io.headwater.log.segment.Damage;
import io.headwater.log.storage.CorruptLogException;
import java.util.HashMap;
import java.util.Map;

/**
 * Follows a log's batches, by their headers, and knows which records a read-committed reader sees.
 * It keeps in memory the open transactions and the aborted ones. Safe for many threads.
 *
 * <p>Who reads asks for {@link #stableOffset} first, and then about batches below it.
 */
public final class TransactionTracker {
  private final BatchLog log;
  private final AbortedTransactions aborted = new AbortedTransactions();

  /** First offset of each producer's open transaction; guarded by this. */
  private final Map<Long, Long> open = new HashMap<>();

  private long read; // guarded by this

  /** Written after all that is known about the batches below it. */
  private volatile long stableOffset;

  /**
   * Looks at the headers of all batches.
   *
   * @throws CorruptLogException if the end of a transaction may have been lost
   */
  public TransactionTracker(BatchLog log) {
    this.log = log;
    read = log.range().from();
    readOn();
  }

  /**
   * Looks at the headers of the batches that have come since.
   *
   * @throws CorruptLogException if the end of a transaction may have been lost
   */
  public synchronized void readOn() {
    long end = log.range().to();
    if (read < end) {
      log.forEachBatch(
          read,
          batch -> {
            if (batch.baseOffset() >= read && batch.nextOffset() <= end) {
              ensureNoEndIsLost(batch.baseOffset());
              readOn(batch);
              read = batch.nextOffset();
            }
          });
      ensureNoEndIsLost(end);
      read = end;
    }
    stableOffset = stable();
  }

  /** Of a transaction that was open before a damage, what came after it would be a guess. */
  private void ensureNoEndIsLost(long to) {
    if (read == to || open.isEmpty()) {
      return;
    }
    Damage damage = log.damageIn(new OffsetRange(read, to));
    if (damage != null) {
      throw new CorruptLogException(
          damage.file(),
          damage.from(),
          "%s; a transaction that was open there may have ended in it, so which messages were aborted is not known without it"
              .formatted(damage.reason()));
    }
  }

  /**
   * Takes notice of batches outside of transactions, appended since it last looked, without looking
   * at them.
   *
   * @param endOffset the offset after them
   */
  public synchronized void passedOver(long endOffset) {
    read = Math.max(read, endOffset);
    stableOffset = stable();
  }

  private void readOn(RecordBatch batch) {
    if (!batch.isControl()) {
      if (batch.isTransactional()) {
        open.putIfAbsent(batch.producerId(), batch.baseOffset());
      }
      return;
    }
    ControlType type = batch.controlType();
    Long first = type == ControlType.OTHER ? null : open.remove(batch.producerId());
    if (first != null && type == ControlType.ABORT) {
      long marker = batch.lastOffset();
      long stable = open.values().stream().mapToLong(Long::longValue).min().orElse(marker + 1);
      aborted.add(new AbortedTransaction(batch.producerId(), first, marker, stable));
    }
  }

  private long stable() {
    long stable = read;
    for (long first : open.values()) {
      stable = Math.min(stable, first);
    }
    return stable;
  }

  /**
   * The last stable offset: below it every transaction is committed or aborted. A batch is either
   * below it or not.
   */
  public long stableOffset() {
    return stableOffset;
  }

  /** Whether a batch is below the last stable offset. */
  public boolean isStable(RecordBatch batch) {
    return batch.baseOffset() < stableOffset;
  }

  /** Whether a batch is of a transaction that was aborted. */
  public boolean isAborted(RecordBatch batch) {
    return batch.isTransactional() && aborted.contains(batch.producerId(), batch.baseOffset());
  }

  /** The transactions that were aborted, below and above the stable offset. */
  public synchronized AbortedTransactions aborted() {
    return AbortedTransactions.of(aborted.all());
  }
}
