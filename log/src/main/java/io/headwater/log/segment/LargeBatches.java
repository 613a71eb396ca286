package io.headwater.log.segment;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Where the records of a segment's large batches are, of those that were asked for single ones.
 * Safe for many threads.
 */
final class LargeBatches {
  /** A large batch is at least as long as a cell, so no two begin in the same. */
  private static final int CELL_BITS = 12;

  private volatile AtomicReferenceArray<@Nullable RecordPlaces> cells =
      new AtomicReferenceArray<>(0);

  /** Where the records of the batch at a position are; null if that was not noted. */
  @Nullable RecordPlaces at(int position) {
    AtomicReferenceArray<@Nullable RecordPlaces> all = cells;
    int cell = position >>> CELL_BITS;
    RecordPlaces found = cell < all.length() ? all.getAcquire(cell) : null;
    return found != null && found.batchPosition() == position ? found : null;
  }

  synchronized void add(RecordPlaces places) {
    AtomicReferenceArray<@Nullable RecordPlaces> all = cells;
    int cell = places.batchPosition() >>> CELL_BITS;
    if (cell >= all.length()) {
      var more = new AtomicReferenceArray<@Nullable RecordPlaces>(Math.max(cell + 1, 2 * cell));
      for (int i = 0; i < all.length(); i++) {
        more.set(i, all.get(i));
      }
      cells = more;
      all = more;
    }
    all.setRelease(cell, places);
  }

  synchronized void forget() {
    cells = new AtomicReferenceArray<>(0);
  }
}
