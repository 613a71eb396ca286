package io.headwater.log.segment;

import io.headwater.log.record.RecordBatch;
import io.headwater.log.record.RecordReader;
import io.headwater.log.storage.CorruptLogException;
import org.jspecify.annotations.Nullable;

/**
 * Goes over the batches of one segment after the other, for one reader, in an array of its own. A
 * batch's checksum is checked when it is the first to read it since the segment was opened. Going
 * on allocates nothing, but for an array that holds the largest batch. Not safe for many threads.
 *
 * <p>It reads little at first, for a reader who wants one record, and more and more as it goes on;
 * of large batches it reads the header first, so that no bytes are read twice.
 */
public final class SegmentReader {
  private static final int SEEK_BYTES_MAX = 8 << 10;
  private static final int AHEAD_BYTES_MAX = 64 << 10;
  private static final int LARGE_BATCH_BYTES = 8 << 10;

  private final RecordBatch batch = new RecordBatch();
  private final IndexEntry entry = new IndexEntry();
  private @Nullable Segment segment;
  private byte[] chunk = {};
  private int chunkPosition;
  private int chunkLength;
  private int ahead;
  private int lastSize;
  private int position; // of the next batch
  private long expected; // the lowest offset it can have; -1 if that is not known

  /** The batch that {@link #next} went to; the same object for all. */
  public RecordBatch batch() {
    return batch;
  }

  /** Where the next batch starts in the segment's file, in bytes. */
  int position() {
    return position;
  }

  /** The offset after the batch before that; -1 if it was not looked at. */
  public long nextOffset() {
    return expected;
  }

  /** How large its array is. */
  public int bufferBytes() {
    return chunk.length;
  }

  /** Places a reader of records before the first of the batch that this one is at. */
  public void showRecords(RecordReader records) {
    Segment current = current();
    int start = batch.position();
    records.resetToChecked(
        batch.array(),
        start,
        start + batch.sizeInBytes(),
        current.path(),
        (long) chunkPosition + start);
    records.nextBatch();
  }

  /**
   * Goes before the batch that holds an offset, or the first after it. What is damaged before it is
   * left out, if its offsets are below.
   */
  public void seek(Segment target, long offset) {
    target.used();
    segment = target;
    chunkLength = 0;
    lastSize = 0;
    findStart(target, offset);
    if (!walk(target, offset)) {
      walkChecked(target, offset);
    }
    ahead = SEEK_BYTES_MAX;
  }

  private void findStart(Segment target, long offset) {
    target.index().find(offset, entry);
    start(target);
    if (entry.source != null && entry.key >= 0 && !leadsToBatch(target)) {
      target.index().mend(entry);
      target.index().find(offset, entry);
      start(target);
    }
  }

  private void start(Segment target) {
    position = entry.value;
    expected = entry.key < 0 ? target.baseOffset() : -1;
    int blockEnd = Math.min(entry.nextValue, target.size());
    ahead = Math.max(0, Math.min(blockEnd - position, SEEK_BYTES_MAX));
  }

  private boolean leadsToBatch(Segment target) {
    return load(target, RecordBatch.HEADER_BYTES, target.size())
        && batch.at(chunk, position - chunkPosition).mayBeHeader()
        && batch.lastOffset() == target.baseOffset() + entry.key;
  }

  /** Goes there by the headers alone; false if that does not lead to a batch with the offset. */
  private boolean walk(Segment target, long offset) {
    int end = target.size();
    if (!target.damages().isEmpty()) {
      return false;
    }
    while (load(target, RecordBatch.HEADER_BYTES, end)) {
      batch.at(chunk, position - chunkPosition);
      if (!batch.mayBeHeader() || batch.sizeInBytes() > end - position) {
        return false;
      }
      if (batch.lastOffset() >= offset) {
        return batch.baseOffset() <= offset;
      }
      expected = batch.nextOffset();
      position += batch.sizeInBytes();
    }
    return false;
  }

  /** Goes there checking each batch on the way. */
  private void walkChecked(Segment target, long offset) {
    start(target);
    while (true) {
      int before = position;
      long expectedBefore = expected;
      boolean there;
      try {
        there = !next() || batch.lastOffset() >= offset;
      } catch (CorruptLogException e) {
        there = expected > offset;
      }
      if (there) {
        position = before;
        expected = expectedBefore;
        return;
      }
    }
  }

  /**
   * Goes to the next batch; false at the end of the segment, which may grow.
   *
   * @throws CorruptLogException if something is damaged; what is called next goes on after it
   */
  public boolean next() {
    Segment current = current();
    int end = current.size();
    if (position >= end) {
      return false;
    }
    Damage known = current.damageAt(position);
    if (known != null) {
      throw skipped(current, known);
    }
    current.used();
    String fault = loadBatch(current, end);
    if (fault.isEmpty()) {
      fault = current.firstReadFault(batch, position, expected, end);
    }
    if (!fault.isEmpty()) {
      throw skipped(current, current.noteDamage(new Fault(position, fault), expected));
    }
    lastSize = batch.sizeInBytes();
    position += lastSize;
    expected = batch.nextOffset();
    return true;
  }

  private String loadBatch(Segment current, int end) {
    int left = end - position;
    int header = Math.min(left, RecordBatch.HEADER_BYTES);
    loadFully(current, header, end);
    String fault = Segment.headerFault(batch.at(chunk, position - chunkPosition), header, left);
    if (fault.isEmpty()) {
      loadFully(current, batch.sizeInBytes(), end);
      batch.at(chunk, position - chunkPosition);
    }
    return fault;
  }

  private CorruptLogException skipped(Segment current, Damage damage) {
    position = (int) Math.min(damage.to(), current.size());
    expected = damage.offsets().to();
    return current.damaged(damage);
  }

  private void loadFully(Segment current, int bytes, int end) {
    if (!load(current, bytes, end)) {
      throw new CorruptLogException(
          current.path(),
          position + (long) chunkLength,
          "the file ends here, %d more bytes were expected".formatted(bytes - chunkLength));
    }
  }

  /** Sees to it that the next bytes are in the chunk; false if there are fewer. */
  private boolean load(Segment current, int bytes, int end) {
    int from = position - chunkPosition;
    if (from >= 0 && from + bytes <= chunkLength) {
      return true;
    }
    int wanted = lastSize > LARGE_BATCH_BYTES ? bytes : Math.max(bytes, ahead);
    int length = Math.min(wanted, end - position);
    if (length > chunk.length) {
      chunk = new byte[Math.max(length, Math.min(2 * chunk.length, AHEAD_BYTES_MAX))];
    }
    chunkPosition = position;
    chunkLength = current.file().read(position, chunk, 0, length);
    ahead = Math.min(2 * ahead, AHEAD_BYTES_MAX);
    return chunkLength >= bytes;
  }

  private Segment current() {
    Segment current = segment;
    if (current == null) {
      throw new IllegalStateException("the reader is in no segment: seek() comes first");
    }
    return current;
  }
}
