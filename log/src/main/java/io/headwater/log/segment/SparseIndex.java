package io.headwater.log.segment;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Entries of a key and a value, both of which rise from each to the next. One thread adds, any
 * number look up: an entry is there once the count, which is written last, includes it.
 */
final class SparseIndex {
  /** How a file keeps the keys; values have four bytes. Neither is negative. */
  enum KeySize {
    FOUR_BYTES(Integer.BYTES),
    EIGHT_BYTES(Long.BYTES);

    private final int entryBytes;

    KeySize(int keyBytes) {
      entryBytes = keyBytes + Integer.BYTES;
    }
  }

  private final KeySize keySize;
  private volatile long[] keys;
  private volatile int[] values;
  private volatile int count;

  SparseIndex(KeySize keySize) {
    this(keySize, new long[16], new int[16], 0);
  }

  private SparseIndex(KeySize keySize, long[] keys, int[] values, int count) {
    this.keySize = keySize;
    this.keys = keys;
    this.values = values;
    this.count = count;
  }

  /** The index in the bytes of a file; null if they cannot be one with values below a limit. */
  static @Nullable SparseIndex parse(KeySize keySize, byte[] bytes, long valueLimit) {
    int count = bytes.length / keySize.entryBytes;
    if (bytes.length % keySize.entryBytes != 0) {
      return null;
    }
    long[] keys = new long[Math.max(count, 1)];
    int[] values = new int[Math.max(count, 1)];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    for (int i = 0; i < count; i++) {
      keys[i] = keySize == KeySize.FOUR_BYTES ? buffer.getInt() : buffer.getLong();
      values[i] = buffer.getInt();
      boolean rises =
          i == 0
              ? keys[i] >= 0 && values[i] >= 0
              : keys[i] > keys[i - 1] && values[i] > values[i - 1];
      if (!rises || values[i] >= valueLimit) {
        return null;
      }
    }
    return new SparseIndex(keySize, keys, values, count);
  }

  byte[] toBytes() {
    ByteBuffer buffer = ByteBuffer.allocate(count * keySize.entryBytes);
    for (int i = 0; i < count; i++) {
      if (keySize == KeySize.FOUR_BYTES) {
        buffer.putInt((int) keys[i]);
      } else {
        buffer.putLong(keys[i]);
      }
      buffer.putInt(values[i]);
    }
    return buffer.array();
  }

  /** Adds an entry unless its key is not above that of the last one. */
  void add(long key, int value) {
    int at = count;
    if (key <= (at == 0 ? -1 : keys[at - 1])) {
      return;
    }
    if (at == keys.length) {
      keys = Arrays.copyOf(keys, at * 2);
      values = Arrays.copyOf(values, at * 2);
    }
    keys[at] = key;
    values[at] = value;
    count = at + 1;
  }

  /** The last entry whose key is at most the given one, or -1. */
  int floor(long key) {
    int low = 0;
    int high = count - 1;
    long[] all = keys;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (all[middle] <= key) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  /** The last entry, or -1. */
  int last() {
    return count - 1;
  }

  long key(int entry) {
    return keys[entry];
  }

  int value(int entry) {
    return values[entry];
  }
}
