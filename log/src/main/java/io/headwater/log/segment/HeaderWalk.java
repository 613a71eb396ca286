package io.headwater.log.segment;

import io.headwater.log.record.RecordBatch;
import io.headwater.log.storage.StorageFile;
import org.jspecify.annotations.Nullable;

/**
 * Goes over the batches of a part of a file, by their headers. It reads ahead where batches are
 * small and only the headers where they are large. Not safe for many threads.
 */
final class HeaderWalk {
  private static final int CHUNK_BYTES = 64 << 10;
  private static final int LARGE_BATCH_BYTES = 8 << 10;

  private final StorageFile file;
  private final int end;
  private final RecordBatch batch = new RecordBatch();
  private byte[] chunk;
  private int chunkPosition;
  private int chunkLength;
  private int position;
  private int next;
  private boolean tooShort;

  HeaderWalk(StorageFile file, int from, int end) {
    this.file = file;
    this.end = end;
    next = from;
    chunkPosition = from;
    chunk = new byte[Math.max(0, Math.min(CHUNK_BYTES, end - from))];
  }

  /**
   * Goes to the next batch.
   *
   * @return the batch; null at the end, or before something that is no whole batch: see {@link
   *     #fault}
   */
  @Nullable RecordBatch next(boolean whole) {
    int before = next - position;
    position = next;
    int left = end - position;
    if (left < RecordBatch.HEADER_BYTES) {
      return null;
    }
    if (!load(RecordBatch.HEADER_BYTES, before > LARGE_BATCH_BYTES && !whole)) {
      return null;
    }
    batch.at(chunk, position - chunkPosition);
    if (!batch.headerFault().isEmpty() || batch.sizeInBytes() > left) {
      return null;
    }
    if (whole || batch.isControl()) {
      if (!load(batch.sizeInBytes(), false)) {
        return null;
      }
      batch.at(chunk, position - chunkPosition);
    }
    next = position + batch.sizeInBytes();
    return batch;
  }

  /** Where the batch that {@link #next} went to starts in the file. */
  int position() {
    return position;
  }

  /** Whether the file became shorter while it was read. */
  boolean isTooShort() {
    return tooShort;
  }

  /** Why {@link #next} found no batch; null if it came to the end. */
  @Nullable Fault fault() {
    int left = end - position;
    if (left == 0) {
      return null;
    }
    if (left < RecordBatch.HEADER_BYTES) {
      return new Fault(
          position,
          "%d bytes are left, a batch has at least %d".formatted(left, RecordBatch.HEADER_BYTES));
    }
    if (tooShort) {
      return new Fault(position, "the file became shorter while it was read");
    }
    String reason = batch.headerFault();
    if (reason.isEmpty()) {
      reason = "a batch of %d bytes begins, %d bytes are left".formatted(batch.sizeInBytes(), left);
    }
    return new Fault(position, reason);
  }

  /** Sees to it that the next bytes are in the chunk; false if the file has become too short. */
  private boolean load(int bytes, boolean headerOnly) {
    int from = position - chunkPosition;
    if (from >= 0 && from + bytes <= chunkLength) {
      return true;
    }
    int wanted = headerOnly ? bytes : Math.max(bytes, CHUNK_BYTES);
    int length = Math.min(wanted, end - position);
    if (length > chunk.length) {
      chunk = new byte[length];
    }
    chunkLength = file.read(position, chunk, 0, length);
    chunkPosition = position;
    tooShort = chunkLength < bytes;
    return !tooShort;
  }
}
