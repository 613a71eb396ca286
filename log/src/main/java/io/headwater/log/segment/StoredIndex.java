package io.headwater.log.segment;

import io.headwater.log.storage.StorageFile;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An index in a file, which does not change any more. Every 32nd key is in memory; a look-up reads
 * the part of the file that begins with one of them. Safe for many threads.
 *
 * <p>That its entries rise is checked when it is opened. What was damaged since, or looks well and
 * is not, shows only where the entry leads.
 */
final class StoredIndex implements SparseIndex, AutoCloseable {
  private static final int PART_ENTRIES = 32;

  /** The bytes of a part and of the entry after it. */
  static final int PART_BYTES_MAX = (PART_ENTRIES + 1) * KeySize.EIGHT_BYTES.entryBytes;

  private final KeySize keySize;
  private final StorageFile file;
  private final int count;
  private final long[] partKeys; // the first of each part

  private StoredIndex(KeySize keySize, StorageFile file, int count, long[] partKeys) {
    this.keySize = keySize;
    this.file = file;
    this.count = count;
    this.partKeys = partKeys;
  }

  /**
   * The index in a file; null if its entries do not rise or there are values that are not below a
   * limit. It closes the file when it is closed itself; if there is none the caller does.
   */
  static @Nullable StoredIndex of(KeySize keySize, StorageFile file, long valueLimit) {
    long size = file.size();
    if (size % keySize.entryBytes != 0 || size > Integer.MAX_VALUE) {
      return null;
    }
    byte[] bytes = new byte[(int) size];
    if (file.read(0, bytes, 0, bytes.length) < bytes.length) {
      return null;
    }
    int count = bytes.length / keySize.entryBytes;
    long[] partKeys = new long[(count + PART_ENTRIES - 1) / PART_ENTRIES];
    ByteBuffer entries = ByteBuffer.wrap(bytes);
    long key = -1;
    int value = -1;
    for (int i = 0; i < count; i++) {
      long nextKey = key(keySize, entries, i);
      int nextValue = value(keySize, entries, i);
      if (nextKey <= key || nextValue <= value || nextValue >= valueLimit) {
        return null;
      }
      key = nextKey;
      value = nextValue;
      if (i % PART_ENTRIES == 0) {
        partKeys[i / PART_ENTRIES] = key;
      }
    }
    return new StoredIndex(keySize, file, count, partKeys);
  }

  private static long key(KeySize keySize, ByteBuffer entries, int i) {
    int at = i * keySize.entryBytes;
    return keySize == KeySize.FOUR_BYTES ? entries.getInt(at) : entries.getLong(at);
  }

  private static int value(KeySize keySize, ByteBuffer entries, int i) {
    return entries.getInt((i + 1) * keySize.entryBytes - Integer.BYTES);
  }

  @Override
  public boolean floor(long key, IndexEntry into) {
    int low = 0;
    int high = partKeys.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (partKeys[middle] <= key) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    int part = Math.max(high, 0);
    ByteBuffer entries = into.part;
    int there = readPart(part, into.partBytes);
    low = 0;
    high = Math.min(there, PART_ENTRIES) - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (key(keySize, entries, middle) <= key) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    int nextValue = low < there ? value(keySize, entries, low) : IndexEntry.NONE;
    if (high < 0) {
      into.setNone(nextValue);
      return false;
    }
    into.set(key(keySize, entries, high), value(keySize, entries, high), nextValue);
    return true;
  }

  /** Reads a part and the entry after it; returns how many entries that is. */
  private int readPart(int part, byte[] into) {
    int first = part * PART_ENTRIES;
    int wanted = Math.min(count - first, PART_ENTRIES + 1);
    int length = wanted * keySize.entryBytes;
    int read = file.read((long) first * keySize.entryBytes, into, 0, length);
    return read / keySize.entryBytes;
  }

  @Override
  public byte[] toBytes() {
    byte[] bytes = new byte[count * keySize.entryBytes];
    file.read(0, bytes, 0, bytes.length);
    return bytes;
  }

  /** Gives back what the file holds of the operating system. */
  @Override
  public void close() {
    file.close();
  }
}
