package io.headwater.log;

import io.headwater.log.record.RecordBatch;
import io.headwater.log.record.RecordReader;
import io.headwater.log.segment.Segment;
import io.headwater.log.segment.SegmentReader;
import io.headwater.log.storage.CorruptLogException;
import io.headwater.log.storage.FileReplacedException;
import io.headwater.log.storage.LogException;
import io.headwater.log.transaction.TransactionTracker;
import io.headwater.serde.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Goes over the records of a log, one after the other, or to any of them.
 *
 * <pre>{@code
 * LogCursor cursor = log.cursor(offset);
 * while (cursor.next()) {
 *   use(cursor.offset(), cursor.array(), cursor.valuePosition(), cursor.valueSize());
 * }
 * }</pre>
 *
 * <p>Going on allocates nothing for a record: key and value can be looked at where they are, in an
 * array of the cursor's own, which stays as it is until the cursor moves. It allocates when its
 * array has to grow: to 64 KiB, or to the largest batch. {@link #key}, {@link #value} and {@link
 * #headers} copy. The first {@link #find} in a batch of 4 KiB or more notes where its records are,
 * in one 256th of its size, until the log's {@code gc} releases that. A compressed batch is
 * decompressed as a whole, into another array that grows, and what its library allocates besides.
 *
 * <p>Records that were deleted are left out, and so is what is no user's record: the ends of
 * transactions. A cursor of a read-committed log leaves out the records of aborted transactions and
 * ends at the last stable offset. A cursor at the end of the log goes on when there is more. It
 * holds nothing of the log and need not be closed. Not safe for many threads; the log may be
 * written, deleted from and closed by others meanwhile.
 */
public final class LogCursor {
  private static final byte[] NO_BYTES = {};

  private final BatchLog log;

  /** Null if the records of all transactions are shown. */
  private final @Nullable TransactionTracker transactions;

  private final SegmentReader batches = new SegmentReader();
  private final RecordReader records = new RecordReader();

  /** Where the reader of batches is; null if it has to be placed. */
  private @Nullable Segment segment;

  /** Where the next record is looked for: no lower offset is shown. */
  private long nextOffset;

  /** Whether only that record is asked for. */
  private boolean finding;

  /** A cursor that has to be placed. */
  LogCursor(BatchLog log, @Nullable TransactionTracker transactions) {
    this.log = log;
    this.transactions = transactions;
  }

  /**
   * Goes before the record with an offset, or the first after it.
   *
   * @throws OffsetOutOfRangeException if the log does not have the offset (any more, or yet)
   */
  public void seek(long offset) {
    log.checkRange(offset);
    goBefore(offset);
  }

  private void goBefore(long offset) {
    nextOffset = offset;
    segment = null;
    finding = false;
    records.reset(NO_BYTES, 0, 0);
  }

  /**
   * Goes to the record with an offset, or the first after it.
   *
   * @return whether there is one
   * @throws OffsetOutOfRangeException as {@link #seek}
   */
  public boolean find(long offset) {
    log.checkRange(offset);
    return findFrom(offset);
  }

  /** As {@link #find}, wherever the offset is: what the caller knows of the log may be old. */
  boolean findFrom(long offset) {
    goBefore(offset);
    finding = true;
    return next();
  }

  /** How large the array is that batches are read into. */
  int bufferBytes() {
    return batches.bufferBytes();
  }

  /**
   * Goes to the next record; false at the end of the log, where it may be asked again.
   *
   * @throws CorruptLogException if something is damaged: once for each damaged part. What is called
   *     next goes on after it.
   * @throws LogException if the disk fails
   * @throws IllegalStateException if the log is closed
   */
  public boolean next() {
    try {
      while (!records.nextRecordFrom(nextOffset)) {
        if (!nextBatch()) {
          return false;
        }
      }
    } catch (CorruptLogException e) {
      nextOffset = Math.max(nextOffset, e.offsetAfter().orElse(batches.nextOffset()));
      throw e;
    }
    nextOffset = records.offset() + 1;
    return true;
  }

  /**
   * The offset at which {@link #next} goes on looking: after the record that the cursor is at, and
   * at the end of the log the offset of the next one.
   */
  public long nextOffset() {
    return nextOffset;
  }

  private boolean nextBatch() {
    while (true) {
      Segment[] all = log.segments();
      try {
        int at = log.indexOf(all, segment == null ? nextOffset : segment.baseOffset());
        if (all[at] != segment) {
          enter(all[at]);
        }
        while (finding ? batches.nextFor(nextOffset) : batches.next()) {
          finding = false;
          RecordBatch batch = batches.batch();
          if (transactions != null && !transactions.isStable(batch)) {
            nextOffset = Math.max(nextOffset, batch.baseOffset());
            segment = null; // to come back to it
            return false;
          }
          if (!batch.isControl() && (transactions == null || !transactions.isAborted(batch))) {
            batches.showRecords(records);
            return true;
          }
        }
        // The list was taken before, so a segment that is not its last cannot have grown since.
        nextOffset = Math.max(nextOffset, batches.nextOffset());
        if (at == all.length - 1) {
          return false;
        }
        nextOffset = Math.max(nextOffset, all[at + 1].baseOffset());
        enter(all[at + 1]);
      } catch (IllegalStateException e) {
        segment = null;
        log.ensureChangedSince(all, e);
      } catch (FileReplacedException e) {
        segment = null;
        log.renew(all, e);
      }
    }
  }

  private void enter(Segment next) {
    segment = null; // until it is there
    batches.seek(next, nextOffset);
    segment = next;
  }

  // ---- the record that next() or find() went to

  /** Its offset. */
  public long offset() {
    return records.offset();
  }

  /** Its timestamp, in milliseconds since 1970; -1 if it was written without one. */
  public long timestampMs() {
    return records.timestampMs();
  }

  /** The array that key and value are in. To be looked at only; replaced when it has to grow. */
  public byte[] array() {
    return records.array();
  }

  /** Where in the array the key starts; without meaning for a null key. */
  public int keyPosition() {
    return records.keyPosition();
  }

  /** The size of the key in bytes; -1 for a null key. */
  public int keySize() {
    return records.keySize();
  }

  /** Where in the array the value starts; without meaning for a null value. */
  public int valuePosition() {
    return records.valuePosition();
  }

  /** The size of the value in bytes; -1 for a null value. */
  public int valueSize() {
    return records.valueSize();
  }

  /** A copy of the key. */
  public byte @Nullable [] key() {
    return records.key();
  }

  /** A copy of the value. */
  public byte @Nullable [] value() {
    return records.value();
  }

  /** Its headers, in order, copied. */
  public Headers headers() {
    return records.headers();
  }
}
