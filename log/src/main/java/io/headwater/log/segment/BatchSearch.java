package io.headwater.log.segment;

import io.headwater.log.record.RecordBatch;
import io.headwater.log.storage.StorageFile;

/** Looks for a whole batch among bytes that need not be any. */
final class BatchSearch {
  private static final int CHUNK_BYTES = 64 << 10;

  private BatchSearch() {}

  /**
   * Where reading can go on after something that is no whole batch: a header that can be one and a
   * checksum that fits. If the bad one only lost some of its bytes, but not where it ends, it is
   * there that the next one starts; so a batch that is a part of a record is not taken for one.
   *
   * @param bad where it starts, in bytes
   * @param end where the last batch ends at most
   * @param offsetMin the lowest offset that the batch may have
   * @param offsetMax the highest
   * @return the position of the batch, or -1 if there is none
   */
  static int after(StorageFile file, int bad, int end, long offsetMin, long offsetMax) {
    byte[] head = new byte[RecordBatch.HEADER_BYTES];
    RecordBatch header = new RecordBatch().at(head, 0);
    if (file.read(bad, head, 0, head.length) == head.length
        && header.mayBeHeader()
        && header.sizeInBytes() <= end - bad) {
      int next = bad + header.sizeInBytes();
      long nextOffset = header.nextOffset();
      if (nextOffset > offsetMin
          && file.read(next, head, 0, head.length) == head.length
          && header.mayBeHeader()
          && header.baseOffset() == nextOffset
          && header.sizeInBytes() <= end - next
          && isWhole(file, next, header.sizeInBytes())) {
        return next;
      }
    }
    return first(file, bad + 1, end, offsetMin, offsetMax);
  }

  /**
   * Whether a batch reaches into the one after it, which still fits what is before both. Then its
   * base offset, which no checksum covers, is not the one it was written with.
   *
   * @param position where it starts, in bytes
   * @param end where the last batch ends at most
   * @param expected the offset after the batch before it
   */
  static boolean overlapsNext(
      StorageFile file, RecordBatch batch, int position, int end, long expected) {
    int next = position + batch.sizeInBytes();
    byte[] head = new byte[RecordBatch.HEADER_BYTES];
    if (end - next < head.length || file.read(next, head, 0, head.length) < head.length) {
      return false;
    }
    RecordBatch after = new RecordBatch().at(head, 0);
    return after.mayBeHeader()
        && after.baseOffset() >= expected
        && after.baseOffset() < batch.nextOffset();
  }

  /** Where the first whole batch starts, from a position on; -1 if there is none. */
  private static int first(StorageFile file, int from, int end, long offsetMin, long offsetMax) {
    byte[] chunk = new byte[Math.max(0, Math.min(CHUNK_BYTES, end - from))];
    var candidate = new RecordBatch();
    int start = from;
    while (end - start >= RecordBatch.HEADER_BYTES) {
      int length = file.read(start, chunk, 0, Math.min(chunk.length, end - start));
      int starts = length - RecordBatch.HEADER_BYTES + 1;
      if (starts <= 0) {
        return -1; // the file became shorter
      }
      for (int i = 0; i < starts; i++) {
        candidate.at(chunk, i);
        if (candidate.mayBeHeader()
            && candidate.baseOffset() >= offsetMin
            && candidate.lastOffset() <= offsetMax
            && candidate.sizeInBytes() <= end - start - i
            && isWhole(file, start + i, candidate.sizeInBytes())) {
          return start + i;
        }
      }
      start += starts;
    }
    return -1;
  }

  private static boolean isWhole(StorageFile file, int position, int size) {
    byte[] bytes = new byte[size];
    return file.read(position, bytes, 0, size) == size
        && new RecordBatch().at(bytes, 0).hasValidCrc();
  }
}
