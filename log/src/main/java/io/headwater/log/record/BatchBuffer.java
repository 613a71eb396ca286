package io.headwater.log.record;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whole batches copied from a log, for one reader, who gives the buffer to one read after the
 * other. It grows to what is asked for and to the largest batch. A read that goes on where the one
 * before it ended finds its place without a search. Not safe for many threads.
 */
public final class BatchBuffer {
  private final RecordBatch header = new RecordBatch();
  private byte[] bytes = {};
  private int from;
  private int to;
  private @Nullable Object source;
  private @Nullable Path file;
  private long segmentBase = -1;
  private int segmentPosition = -1;
  private long nextOffset = -1;

  /** The array with the batches, from {@link #from} up to {@link #to}. */
  public byte[] array() {
    return bytes;
  }

  /** Where the first batch starts in the array. */
  public int from() {
    return from;
  }

  /** Where the last batch ends in the array. */
  public int to() {
    return to;
  }

  /** How many bytes of batches there are. */
  public int sizeInBytes() {
    return to - from;
  }

  public boolean isEmpty() {
    return from == to;
  }

  /** The base offset of the segment that the batches are from; -1 if empty from the beginning. */
  public long segmentBase() {
    return segmentBase;
  }

  /** Where the first batch starts in that segment's file, in bytes. */
  public int segmentPosition() {
    return segmentPosition;
  }

  /** The offset after the last batch: where to read on. Of an empty read, the offset asked for. */
  public long nextOffset() {
    return nextOffset;
  }

  /** The file that the batches are from. */
  public @Nullable Path file() {
    return file;
  }

  /** For the log: the array, with room for some bytes. What was in it may be lost. */
  public byte[] room(int sizeBytes) {
    if (bytes.length < sizeBytes) {
      bytes = new byte[Math.max(sizeBytes, (int) Math.min(2L * bytes.length, 1 << 20))];
    }
    return bytes;
  }

  /** For the log: a view to look at headers with. */
  public RecordBatch header() {
    return header;
  }

  /** For the log: notes what was copied. */
  public void filled(
      Object owner, Path origin, long base, int position, int start, int end, long offsetAfter) {
    source = owner;
    file = origin;
    segmentBase = base;
    segmentPosition = position;
    from = start;
    to = end;
    nextOffset = offsetAfter;
  }

  /** For the log: notes that there was nothing to copy; the place in the file is kept. */
  public void filledWithNothing(long offset) {
    segmentPosition += to - from;
    from = 0;
    to = 0;
    if (offset != nextOffset) {
      source = null;
      nextOffset = offset;
    }
  }

  /** For the log: where in the owner's file an offset is, if the last read ended there, or -1. */
  public int positionOf(Object owner, long offset) {
    return source == owner && nextOffset == offset ? segmentPosition + (to - from) : -1;
  }
}
