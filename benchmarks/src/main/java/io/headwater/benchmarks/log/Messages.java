package io.headwater.benchmarks.log;

import io.headwater.benchmarks.workload.Mixing;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Random;

/**
 * The messages of the log's cases: the nth has a key of 10 bytes that looks random, which no other
 * has, and a value of 128 random bytes that begins with n. For one thread.
 */
public final class Messages {
  public static final int KEY_BYTES = 10;
  public static final int VALUE_BYTES = 128;

  /** How much later an array is used again. */
  public static final int POOL = 1024;

  private static final int KEY_NUMBER_AT = KEY_BYTES - Long.BYTES;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final byte[][] keys = new byte[POOL][KEY_BYTES];
  private int keyNext;
  private final byte[][] values = new byte[POOL][VALUE_BYTES];

  public Messages() {
    Random random = new Random(1);
    for (byte[] value : values) {
      random.nextBytes(value);
    }
  }

  /** The nth message's key. The array is another message's {@value #POOL} calls later. */
  public byte[] key(long n) {
    keyNext = (keyNext + 1) % POOL;
    byte[] key = keys[keyNext];
    LONG.set(key, KEY_NUMBER_AT, Mixing.mixed(n));
    return key;
  }

  /** The nth message's value. The array is another message's {@value #POOL} messages later. */
  public byte[] value(long n) {
    byte[] value = values[(int) (n % POOL)];
    LONG.set(value, 0, n);
    return value;
  }

  /**
   * A number for a message that was read, from what tells it from the others.
   *
   * @throws IllegalStateException if it cannot be one of these messages
   */
  static long fingerprint(
      byte[] keyArray,
      int keyPosition,
      int keySize,
      byte[] valueArray,
      int valuePosition,
      int valueSize) {
    if (keySize != KEY_BYTES || valueSize != VALUE_BYTES) {
      throw new IllegalStateException(
          "a key of %d bytes and a value of %d were never published".formatted(keySize, valueSize));
    }
    return (long) LONG.get(keyArray, keyPosition + KEY_NUMBER_AT)
        + 31 * Mixing.mixed((long) LONG.get(valueArray, valuePosition));
  }

  /** The fingerprint of the nth message. */
  static long fingerprint(long n) {
    return Mixing.mixed(n) + 31 * Mixing.mixed(n);
  }

  /** A number from 0 below {@code bound}, the same for the same n, spread over all of them. */
  static long random(long n, long bound) {
    return Math.multiplyHigh(Mixing.mixed(n + 1) >>> 1, 2 * bound);
  }
}
