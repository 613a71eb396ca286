package io.headwater.log.segment;

import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Of which of a segment's batches the checksum has been checked since it was opened. All from some
 * position on have been, because this process wrote or scanned them; for those before it there is a
 * bit for each 64 bytes, made when the first is checked. A batch of fewer bytes, which has no
 * records, is never taken as checked, so that no two share a bit. Safe for many threads.
 */
final class CheckedBatches {
  private static final int CELL_BITS = 6;
  private static final int WORD_BITS = CELL_BITS + 6;

  private volatile int from;
  private volatile @Nullable AtomicLongArray bits;

  /** Forgets what was checked before a position; all from it on have been. */
  void forgetBefore(int position) {
    bits = null;
    from = position;
  }

  /** Forgets what was checked, but not what this process wrote or scanned. */
  void forgetBits() {
    bits = null;
  }

  boolean contains(int position) {
    if (position >= from) {
      return true;
    }
    AtomicLongArray words = bits;
    return words != null && (words.getPlain(position >>> WORD_BITS) & bit(position)) != 0;
  }

  void add(int position, int sizeBytes) {
    int end = from;
    if (position >= end || sizeBytes < 1 << CELL_BITS) {
      return;
    }
    AtomicLongArray words = bits;
    if (words == null) {
      synchronized (this) {
        words = bits;
        if (words == null) {
          words = new AtomicLongArray((end >>> WORD_BITS) + 1);
          bits = words;
        }
      }
    }
    int word = position >>> WORD_BITS;
    long before = words.get(word);
    while (!words.compareAndSet(word, before, before | bit(position))) {
      before = words.get(word);
    }
  }

  private static long bit(int position) {
    return 1L << (position >>> CELL_BITS);
  }
}
