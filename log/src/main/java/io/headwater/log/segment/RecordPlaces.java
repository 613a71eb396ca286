package io.headwater.log.segment;

import io.headwater.log.record.RecordBatch;
import io.headwater.log.record.RecordReader;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where the records of one large batch are, so that one of them can be read without the others: the
 * place of each so manieth record, about 1 KiB apart. That is one part in 256 of the batch's size.
 */
final class RecordPlaces {
  /** Smaller batches are read whole. */
  static final int BATCH_BYTES_MIN = 4 << 10;

  private static final int PART_BYTES = 1 << 10;

  private final int batchPosition;
  private final int count;
  private final int stride;

  /** Where each part starts, in bytes from the batch's start; at last where the batch ends. */
  private final int[] starts;

  /** The offset of each part's first record, less the batch's; null if no offset is missing. */
  private final int @Nullable [] deltas;

  private RecordPlaces(
      int batchPosition, int count, int stride, int[] starts, int @Nullable [] deltas) {
    this.batchPosition = batchPosition;
    this.count = count;
    this.stride = stride;
    this.starts = starts;
    this.deltas = deltas;
  }

  /**
   * Goes over the records of a batch, before whose first the reader is.
   *
   * @param position where the batch starts in its segment, in bytes
   */
  static RecordPlaces of(int position, RecordReader records) {
    RecordBatch batch = records.batch();
    int count = batch.count();
    int size = batch.sizeInBytes();
    int stride = (int) Math.max(1, (long) PART_BYTES * count / size);
    int parts = (count + stride - 1) / stride;
    int[] starts = new int[parts + 1];
    int[] deltas = new int[parts];
    for (int i = 0; records.nextRecord(); i++) {
      if (i % stride == 0) {
        starts[i / stride] = records.position() - batch.position();
        deltas[i / stride] = (int) (records.offset() - batch.baseOffset());
      }
    }
    starts[parts] = size;
    boolean gaps = batch.lastOffset() - batch.baseOffset() != count - 1;
    return new RecordPlaces(position, count, stride, starts, gaps ? deltas : null);
  }

  int batchPosition() {
    return batchPosition;
  }

  /**
   * The part that a record is in, if it is there.
   *
   * @param delta its offset, less the batch's base offset; not past its last
   */
  int partOf(int delta) {
    if (deltas == null) {
      return delta / stride;
    }
    int found = Arrays.binarySearch(deltas, delta);
    return Math.max(0, found < 0 ? -found - 2 : found);
  }

  /** Where a part starts, in bytes from the batch's start. */
  int start(int part) {
    return starts[part];
  }

  /** Where it ends. */
  int end(int part) {
    return starts[part + 1];
  }

  /** How many records it has. */
  int count(int part) {
    return Math.min(stride, count - part * stride);
  }
}
