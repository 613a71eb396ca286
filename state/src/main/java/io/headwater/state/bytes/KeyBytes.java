package io.headwater.state.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Calculations on the bytes of keys: their hash, their order, and the bounds of their ranges. */
public final class KeyBytes {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private KeyBytes() {}

  /** A hash whose low bits are as good as the others. It is for memory only, never for disk. */
  static int hash(byte[] key) {
    long hash = key.length;
    int i = 0;
    for (; i + Long.BYTES <= key.length; i += Long.BYTES) {
      hash = mix(hash ^ (long) LONGS.get(key, i));
    }
    long rest = 0;
    for (; i < key.length; i++) {
      rest = rest << 8 | (key[i] & 0xff);
    }
    hash = mix(hash ^ rest);
    return (int) (hash ^ hash >>> 32);
  }

  private static long mix(long bits) {
    long product = bits * 0x9E3779B97F4A7C15L;
    return product ^ product >>> 29;
  }

  /**
   * The first eight bytes as a number, so that comparing two of them as signed numbers orders their
   * keys wherever they differ; where they are equal the keys themselves must be compared.
   */
  static long prefix(byte[] key) {
    long prefix;
    if (key.length >= Long.BYTES) {
      prefix = (long) LONGS.get(key, 0);
    } else {
      prefix = 0;
      for (int i = 0; i < Long.BYTES; i++) {
        prefix = prefix << 8 | (i < key.length ? key[i] & 0xff : 0);
      }
    }
    return prefix ^ Long.MIN_VALUE;
  }

  /** Compares two keys whose prefixes are known. */
  static int compare(long leftPrefix, byte[] left, long rightPrefix, byte[] right) {
    return leftPrefix != rightPrefix
        ? Long.compare(leftPrefix, rightPrefix)
        : Arrays.compareUnsigned(left, right);
  }

  /** The smallest key that is greater than this one: the exclusive bound that includes it. */
  public static byte[] after(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  /**
   * The smallest key that is greater than every key with this prefix; null, an open bound, if there
   * is none because the prefix is empty or all 0xff.
   */
  public static byte @Nullable [] afterPrefix(byte[] prefix) {
    for (int i = prefix.length - 1; i >= 0; i--) {
      if (prefix[i] != (byte) 0xff) {
        byte[] next = Arrays.copyOf(prefix, i + 1);
        next[i]++;
        return next;
      }
    }
    return null;
  }
}
