package io.headwater.log.key;

/**
 * An occurrence of a key as one number: 31 bits of its hash, then 32 bits of its offset less that
 * of the part of the index that it is in. So entries in order are in order of hash, then of offset.
 */
final class Entries {
  /** No entry: those are not negative. */
  static final long NONE = -1;

  /** The most offsets that one part can cover. */
  static final long RANGE_MAX = 0xffff_ffffL;

  private Entries() {}

  /** The part of a hash that an entry has. */
  static int hash(long keyHash) {
    return (int) (keyHash >>> 33);
  }

  /** {@code relativeOffset} is from 0 to {@link #RANGE_MAX}. */
  static long of(int hash, long relativeOffset) {
    return ((long) hash << 32) + relativeOffset;
  }

  static int hashOf(long entry) {
    return (int) (entry >>> 32);
  }

  static long relativeOffsetOf(long entry) {
    return entry & 0xffff_ffffL;
  }

  /** Spreads hashes evenly over {@code count} places, in their order. */
  static int place(int hash, int count) {
    return (int) (((long) hash * count) >>> 31);
  }
}
