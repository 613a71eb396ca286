package io.headwater.state;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The keys of a window store: the key's bytes, the window's start in 8 bytes, and a number in 4
 * that tells duplicates apart, as Kafka Streams writes them. Of one key they are in the order of
 * the windows; of several, other keys can come between one key's windows where its bytes begin
 * theirs.
 */
final class WindowKeys {
  static final int SUFFIX_BYTES = Long.BYTES + Integer.BYTES;

  private WindowKeys() {}

  static byte[] of(byte[] key, long startMs, int number) {
    return ByteBuffer.allocate(key.length + SUFFIX_BYTES)
        .put(key)
        .putLong(startMs)
        .putInt(number)
        .array();
  }

  static long start(byte[] windowKey) {
    return ByteBuffer.wrap(windowKey).getLong(windowKey.length - SUFFIX_BYTES);
  }

  static int number(byte[] windowKey) {
    return ByteBuffer.wrap(windowKey).getInt(windowKey.length - Integer.BYTES);
  }

  static byte[] key(byte[] windowKey) {
    return Arrays.copyOf(windowKey, windowKey.length - SUFFIX_BYTES);
  }

  static boolean hasKey(byte[] windowKey, byte[] key) {
    int keyBytes = windowKey.length - SUFFIX_BYTES;
    return keyBytes == key.length && Arrays.equals(windowKey, 0, keyBytes, key, 0, keyBytes);
  }

  /** Compares the key within a window key with a bound. */
  static int compareKey(byte[] windowKey, byte[] bound) {
    return Arrays.compareUnsigned(
        windowKey, 0, windowKey.length - SUFFIX_BYTES, bound, 0, bound.length);
  }

  /**
   * The greatest window key there can be of a key up to {@code lastKey} and a start up to {@code
   * lastStartMs}. That is one of {@code lastKey} or of a key whose bytes begin it: such a shorter
   * key goes on with the start, which can sort after {@code lastKey}'s next bytes.
   */
  static byte[] last(byte[] lastKey, long lastStartMs) {
    byte[] last = of(lastKey, lastStartMs, Integer.MAX_VALUE);
    for (int length = 0; length < lastKey.length; length++) {
      byte[] shorter = of(Arrays.copyOf(lastKey, length), lastStartMs, Integer.MAX_VALUE);
      if (Arrays.compareUnsigned(shorter, last) > 0) {
        last = shorter;
      }
    }
    return last;
  }
}
