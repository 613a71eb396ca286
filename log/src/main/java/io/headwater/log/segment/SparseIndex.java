package io.headwater.log.segment;

/** Entries of a key and a value, both of which rise from each to the next. */
interface SparseIndex {
  /** How a file keeps the keys; values have four bytes. Neither is negative. */
  enum KeySize {
    FOUR_BYTES(Integer.BYTES),
    EIGHT_BYTES(Long.BYTES);

    final int entryBytes;

    KeySize(int keyBytes) {
      entryBytes = keyBytes + Integer.BYTES;
    }
  }

  /**
   * Looks for the last entry whose key is at most the given one. If there is none the answer says
   * which value the first entry has.
   *
   * @return whether there is one
   */
  boolean floor(long key, IndexEntry into);

  /** The entries as a file keeps them. */
  byte[] toBytes();
}
