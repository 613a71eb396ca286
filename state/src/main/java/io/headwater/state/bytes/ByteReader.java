package io.headwater.state.bytes;

import org.jspecify.annotations.Nullable;

/**
 * Keys and values to be read. Keys are ordered as unsigned bytes; a prefix comes before the longer
 * key.
 */
public interface ByteReader {
  /**
   * The value of the key, or null if it has none.
   *
   * @throws StoreException if it cannot be read
   */
  @Nullable StoredValue get(byte[] key);

  /**
   * The entries from {@code from} up to, not including, {@code to}, in ascending order; a null
   * bound is open, and bounds out of order make an empty scan. The keys are those there are now.
   * One that is deleted during the scan may be left out, and a value that changes may be seen old
   * or new.
   */
  CloseableIterator<StoredEntry> scan(byte @Nullable [] from, byte @Nullable [] to);

  /** The entries of {@link #scan} in descending order; {@code from} is still the smaller bound. */
  CloseableIterator<StoredEntry> reverseScan(byte @Nullable [] from, byte @Nullable [] to);

  /** About how many entries there are. */
  long approximateEntries();
}
