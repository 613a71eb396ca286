package io.headwater.log.key;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Hashes of keys: XXH64 with seed 0, by the formulas of the <a
 * href="https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md">xxHash specification</a>,
 * version 0.2.0. A null key has a hash of its own.
 */
public final class KeyHash {
  /** Of the null key. Any number will do; this is the hash of an empty key with seed 1. */
  public static final long NULL = 0xD5AFBA1336A3BE4BL;

  private static final long PRIME_1 = 0x9E3779B185EBCA87L;
  private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
  private static final long PRIME_3 = 0x165667B19E3779F9L;
  private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
  private static final long PRIME_5 = 0x27D4EB2F165667C5L;

  private static final long PRIME_1_PLUS_2 = 0x60EA27EEADC0B5D6L; // modulo 2^64

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private KeyHash() {}

  /** The hash of a key. */
  public static long of(byte @Nullable [] key) {
    return key == null ? NULL : of(key, 0, key.length);
  }

  /** The hash of a key that is part of an array. */
  public static long of(byte[] bytes, int offset, int length) {
    int at = offset;
    int end = offset + length;
    long hash = length >= 32 ? ofStripes(bytes, offset, length) : PRIME_5;
    at += length & ~31;
    hash += length;
    for (; at <= end - 8; at += 8) {
      hash = Long.rotateLeft(hash ^ round(0, (long) LONGS.get(bytes, at)), 27) * PRIME_1 + PRIME_4;
    }
    if (at <= end - 4) {
      long lane = Integer.toUnsignedLong((int) INTS.get(bytes, at));
      hash = Long.rotateLeft(hash ^ (lane * PRIME_1), 23) * PRIME_2 + PRIME_3;
      at += 4;
    }
    for (; at < end; at++) {
      hash = Long.rotateLeft(hash ^ ((bytes[at] & 0xff) * PRIME_5), 11) * PRIME_1;
    }
    hash = (hash ^ (hash >>> 33)) * PRIME_2;
    hash = (hash ^ (hash >>> 29)) * PRIME_3;
    return hash ^ (hash >>> 32);
  }

  private static long ofStripes(byte[] bytes, int offset, int length) {
    long lane1 = PRIME_1_PLUS_2;
    long lane2 = PRIME_2;
    long lane3 = 0;
    long lane4 = -PRIME_1;
    for (int at = offset; at <= offset + length - 32; at += 32) {
      lane1 = round(lane1, (long) LONGS.get(bytes, at));
      lane2 = round(lane2, (long) LONGS.get(bytes, at + 8));
      lane3 = round(lane3, (long) LONGS.get(bytes, at + 16));
      lane4 = round(lane4, (long) LONGS.get(bytes, at + 24));
    }
    long hash =
        Long.rotateLeft(lane1, 1)
            + Long.rotateLeft(lane2, 7)
            + Long.rotateLeft(lane3, 12)
            + Long.rotateLeft(lane4, 18);
    hash = mergeLane(hash, lane1);
    hash = mergeLane(hash, lane2);
    hash = mergeLane(hash, lane3);
    return mergeLane(hash, lane4);
  }

  private static long round(long lane, long input) {
    return Long.rotateLeft(lane + input * PRIME_2, 31) * PRIME_1;
  }

  private static long mergeLane(long hash, long lane) {
    return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
  }
}
