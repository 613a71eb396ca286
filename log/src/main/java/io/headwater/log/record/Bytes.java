package io.headwater.log.record;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Big-endian integers and variable-length ones in a byte array. */
final class Bytes {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  private Bytes() {}

  static long getLong(byte[] bytes, int position) {
    return (long) LONGS.get(bytes, position);
  }

  static int getInt(byte[] bytes, int position) {
    return (int) INTS.get(bytes, position);
  }

  static short getShort(byte[] bytes, int position) {
    return (short) SHORTS.get(bytes, position);
  }

  static void putLong(byte[] bytes, int position, long value) {
    LONGS.set(bytes, position, value);
  }

  static void putInt(byte[] bytes, int position, int value) {
    INTS.set(bytes, position, value);
  }

  static void putShort(byte[] bytes, int position, short value) {
    SHORTS.set(bytes, position, value);
  }

  /** How many bytes {@link #putVarint} writes, 1 to 5. */
  static int sizeOfVarint(int value) {
    int zigzag = (value << 1) ^ (value >> 31);
    return (38 - Integer.numberOfLeadingZeros(zigzag | 1)) / 7;
  }

  /** How many bytes {@link #putVarlong} writes, 1 to 10. */
  static int sizeOfVarlong(long value) {
    long zigzag = (value << 1) ^ (value >> 63);
    return (70 - Long.numberOfLeadingZeros(zigzag | 1)) / 7;
  }

  /** Writes a zig-zag varint and returns the position after it. */
  static int putVarint(byte[] bytes, int position, int value) {
    int rest = (value << 1) ^ (value >> 31);
    int at = position;
    while ((rest & ~0x7f) != 0) {
      bytes[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[at++] = (byte) rest;
    return at;
  }

  /** Writes a zig-zag varlong and returns the position after it. */
  static int putVarlong(byte[] bytes, int position, long value) {
    long rest = (value << 1) ^ (value >> 63);
    int at = position;
    while ((rest & ~0x7fL) != 0) {
      bytes[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[at++] = (byte) rest;
    return at;
  }
}
