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
  private int partRecords; // how many records of its batch are in the chunk; -1 if all are
  private int partEnd; // where they end in the chunk
  private int partStart; // where the first of them is, in the segment's file

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
    if (partRecords >= 0) {
      records.resetToPart(chunk, partEnd, partRecords, current.path(), partStart);
      return;
    }
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
    int block = Math.max(0, blockEnd - position);
    ahead = block > SEEK_BYTES_MAX ? RecordBatch.HEADER_BYTES : block; // a large batch is in it
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
   * As {@link #next}, for a reader that wants one record. Of a large batch that was read before
   * only the record's neighbourhood is read, and what is called next reads the batch whole.
   */
  public boolean nextFor(long offset) {
    Segment current = current();
    int start = position;
    RecordPlaces places = current.largeBatches().at(start);
    if (places != null && loadPart(current, places, offset)) {
      return true;
    }
    if (!next()) {
      return false;
    }
    if (places == null
        && batch.sizeInBytes() >= RecordPlaces.BATCH_BYTES_MIN
        && !batch.isCompressed()
        && batch.count() > 0) {
      var records = new RecordReader();
      showRecords(records);
      current.largeBatches().add(RecordPlaces.of(start, records));
    }
    return true;
  }

  /** Puts after the batch's header the part of its records that has an offset. */
  private boolean loadPart(Segment current, RecordPlaces places, long offset) {
    if (!load(current, RecordBatch.HEADER_BYTES, current.size())) {
      return false;
    }
    batch.at(chunk, position - chunkPosition);
    if (batch.baseOffset() > offset || batch.lastOffset() < offset) {
      return false;
    }
    int part = places.partOf((int) (offset - batch.baseOffset()));
    int length = places.end(part) - places.start(part);
    byte[] target = room(RecordBatch.HEADER_BYTES + length);
    System.arraycopy(batch.array(), batch.position(), target, 0, RecordBatch.HEADER_BYTES);
    chunk = target;
    chunkLength = 0; // it is no longer a part of the file as it is
    batch.at(target, 0);
    partStart = position + places.start(part);
    partEnd = RecordBatch.HEADER_BYTES + length;
    partRecords = places.count(part);
    return current.file().read(partStart, target, RecordBatch.HEADER_BYTES, length) == length;
  }

  /**
   * Goes to the next batch; false at the end of the segment, which may grow.
   *
   * @throws CorruptLogException if something is damaged; what is called next goes on after it
   */
  public boolean next() {
    Segment current = current();
    int end = current.size();
    partRecords = -1;
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
    chunk = room(length);
    chunkPosition = position;
    chunkLength = current.file().read(position, chunk, 0, length);
    ahead = Math.min(2 * ahead, AHEAD_BYTES_MAX);
    return chunkLength >= bytes;
  }

  /** The chunk, or a larger one if it has fewer bytes. */
  private byte[] room(int bytes) {
    return bytes <= chunk.length
        ? chunk
        : new byte[Math.max(bytes, Math.min(2 * chunk.length, AHEAD_BYTES_MAX))];
  }

  private Segment current() {
    Segment current = segment;
    if (current == null) {
      throw new IllegalStateException("the reader is in no segment: seek() comes first");
    }
    return current;
  }
}
