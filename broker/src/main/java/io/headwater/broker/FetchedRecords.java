package io.headwater.broker;

import io.headwater.log.record.BatchBuffer;
import io.headwater.log.record.RecordBatch;
import io.headwater.log.record.RecordReader;
import io.headwater.log.transaction.AbortedTransactions;
import io.headwater.serde.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Records that a reader may see, in the order of their offsets: without those of aborted
 * transactions (read-committed) and without the log's own. A cursor over a copy of a part of the
 * log: it allocates nothing per record until a key, value or headers are asked for. For one thread
 * at a time.
 *
 * <pre>{@code
 * broker.fetch(partition, offset, 1 << 20, READ_COMMITTED, records);
 * while (records.next()) {
 *   use(records.offset(), records.key(), records.value());
 * }
 * offset = records.nextOffset();
 * }</pre>
 */
public final class FetchedRecords {
  private final BatchBuffer buffer = new BatchBuffer();
  private final RecordReader reader = new RecordReader();

  /** Whose batches are left out; null if nobody's are. */
  private @Nullable AbortedTransactions aborted;

  private long from;
  private long nextOffset;
  private boolean inBatch;

  /** The cursor is at the first record, and {@link #next} has not been called for it. */
  private boolean atFirst;

  private boolean empty = true;

  /** Holds nothing; a fetch fills it. */
  public FetchedRecords() {}

  void fill(ReadablePartition partition, long offset, int bytesMax, IsolationLevel isolation) {
    if (bytesMax <= 0) {
      throw new IllegalArgumentException("bytesMax must be positive, was " + bytesMax);
    }
    long end = partition.endOffset(isolation);
    aborted = isolation == IsolationLevel.READ_COMMITTED ? partition.aborted() : null;
    from = offset;
    nextOffset = offset;
    inBatch = false;
    atFirst = false;
    // A part of the log without anything to see is skipped here, so that empty means: no more.
    do {
      partition.log().read(nextOffset, end, bytesMax, buffer);
      reader.reset(buffer);
      atFirst = advance();
    } while (!atFirst && !buffer.isEmpty());
    empty = !atFirst;
  }

  /** Whether the fetch found nothing to see. */
  public boolean isEmpty() {
    return empty;
  }

  /** Goes to the next record; false after the last. */
  public boolean next() {
    if (atFirst) {
      atFirst = false;
    } else if (!advance()) {
      return false;
    }
    nextOffset = reader.offset() + 1;
    return true;
  }

  private boolean advance() {
    while (true) {
      if (inBatch) {
        while (reader.nextRecord()) {
          if (reader.offset() >= from) {
            return true;
          }
        }
        inBatch = false;
        nextOffset = reader.batch().nextOffset();
      }
      if (!reader.nextBatch()) {
        return false;
      }
      RecordBatch batch = reader.batch();
      if (batch.isControl()
          || (batch.isTransactional()
              && aborted != null
              && aborted.contains(batch.producerId(), batch.baseOffset()))) {
        nextOffset = batch.nextOffset();
      } else {
        inBatch = true;
      }
    }
  }

  /** The record's offset. */
  public long offset() {
    return reader.offset();
  }

  /** The record's time, in milliseconds since 1970; -1 for none. */
  public long timestampMs() {
    return reader.timestampMs();
  }

  /** A copy of the record's key. */
  public byte @Nullable [] key() {
    return reader.key();
  }

  /** A copy of the record's value. */
  public byte @Nullable [] value() {
    return reader.value();
  }

  /** The record's headers, in order. */
  public Headers headers() {
    return reader.headers();
  }

  /** The size of the record's key in bytes, -1 for null. */
  public int keySize() {
    return reader.keySize();
  }

  /** The size of the record's value in bytes, -1 for null. */
  public int valueSize() {
    return reader.valueSize();
  }

  /** The array that the record is in, until the next fetch; not to be changed. */
  public byte[] array() {
    return reader.array();
  }

  /** Where in {@link #array} the record's key starts; without meaning for a null key. */
  public int keyPosition() {
    return reader.keyPosition();
  }

  /** Where in {@link #array} the record's value starts; without meaning for a null value. */
  public int valuePosition() {
    return reader.valuePosition();
  }

  /**
   * Where to go on: after the record that the cursor is at, and once {@link #next} has said false,
   * after all that was looked at, invisible records too.
   */
  public long nextOffset() {
    return nextOffset;
  }

  /** The base offset of the segment that the record is in. */
  public long segmentBase() {
    return buffer.segmentBase();
  }

  /**
   * Where in that segment's file the record starts, in bytes; -1 for a record of a compressed
   * batch, which is at no place of its own.
   */
  public int position() {
    return reader.segmentPosition();
  }

  /** How many bytes the record has. */
  public int sizeInBytes() {
    return reader.sizeInBytes();
  }
}
