package io.headwater.log.segment;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What a look-up in an index found; for one thread, which uses it again and again. */
final class IndexEntry {
  /** The next value where there is no next entry. */
  static final int NONE = Integer.MAX_VALUE;

  /** The entry's key, or -1 where no entry was found. */
  long key;

  /** The entry's value, or 0. */
  int value;

  /** The value of the entry after it, or {@link #NONE}. */
  int nextValue;

  /** What it is from, if that is a file, of which only the form is known to be right. */
  @Nullable Object source;

  /** Room for a part of an index file, which has big-endian integers. */
  final byte[] partBytes = new byte[StoredIndex.PART_BYTES_MAX];

  final ByteBuffer part = ByteBuffer.wrap(partBytes);

  void set(long keyFound, int valueFound, int nextValueFound) {
    key = keyFound;
    value = valueFound;
    nextValue = nextValueFound;
  }

  void setNone(int firstValue) {
    set(-1, 0, firstValue);
  }
}
