package io.headwater.log.segment;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An index in memory that grows. One thread adds, any number look up: an entry is there once the
 * count, which is written last, includes it.
 */
final class GrowingIndex implements SparseIndex {
  private final KeySize keySize;
  private volatile long[] keys = {};
  private volatile int[] values = {};
  private volatile int count;

  GrowingIndex(KeySize keySize) {
    this.keySize = keySize;
  }

  /** Adds an entry unless its key is not above that of the last one. */
  void add(long key, int value) {
    int at = count;
    if (key <= (at == 0 ? -1 : keys[at - 1])) {
      return;
    }
    if (at == keys.length) {
      int room = Math.max(16, at * 2);
      values = Arrays.copyOf(values, room);
      keys = Arrays.copyOf(keys, room);
    }
    keys[at] = key;
    values[at] = value;
    count = at + 1;
  }

  /** Adds the entries with a higher key to another index. */
  void copyAbove(long key, GrowingIndex into) {
    int size = count;
    for (int i = 0; i < size; i++) {
      if (keys[i] > key) {
        into.add(keys[i], values[i]);
      }
    }
  }

  @Override
  public boolean floor(long key, IndexEntry into) {
    int low = 0;
    int size = count;
    int high = size - 1;
    long[] all = keys;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (all[middle] <= key) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    int nextValue = low < size ? values[low] : IndexEntry.NONE;
    if (high < 0) {
      into.setNone(nextValue);
      return false;
    }
    into.set(all[high], values[high], nextValue);
    return true;
  }

  @Override
  public byte[] toBytes() {
    int size = count;
    ByteBuffer buffer = ByteBuffer.allocate(size * keySize.entryBytes);
    for (int i = 0; i < size; i++) {
      if (keySize == KeySize.FOUR_BYTES) {
        buffer.putInt((int) keys[i]);
      } else {
        buffer.putLong(keys[i]);
      }
      buffer.putInt(values[i]);
    }
    return buffer.array();
  }
}
