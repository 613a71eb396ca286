package io.headwater.serde;

/**
 * Integers in as few bytes as they need: zig-zag, so that small negative ones are short too, then
 * seven bits a byte, lowest first, each byte but the last with its top bit set.
 */
final class Varints {
  private static final int INT_BYTES_MAX = 5;
  private static final int LONG_BYTES_MAX = 10;

  private Varints() {}

  static byte[] write(long value) {
    long rest = (value << 1) ^ (value >> 63);
    byte[] bytes = new byte[Math.max(1, (70 - Long.numberOfLeadingZeros(rest)) / 7)];
    for (int i = 0; i < bytes.length - 1; i++) {
      bytes[i] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[bytes.length - 1] = (byte) rest;
    return bytes;
  }

  static int readInt(String topic, byte[] data) {
    long value = read(topic, "a varint", INT_BYTES_MAX, data);
    if (value != (int) value) {
      throw BadBytes.of(topic, "a varint within 32 bits", "the number " + value, data);
    }
    return (int) value;
  }

  static long readLong(String topic, byte[] data) {
    return read(topic, "a varlong", LONG_BYTES_MAX, data);
  }

  /**
   * Refuses all but the one form that {@link #write} gives a number: equal keys have equal bytes.
   */
  private static long read(String topic, String type, int bytesMax, byte[] data) {
    String expected = "%s of 1 to %d bytes".formatted(type, bytesMax);
    if (data.length == 0 || data.length > bytesMax) {
      throw BadBytes.of(topic, expected, BadBytes.count(data.length), data);
    }
    int last = data.length - 1;
    long zigZag = 0;
    for (int i = 0; i <= last; i++) {
      if ((data[i] < 0) != (i < last)) {
        String found =
            i < last
                ? "its end at byte %d of %d".formatted(i, data.length)
                : "no end within " + BadBytes.count(data.length);
        throw BadBytes.of(topic, expected, found, data);
      }
      zigZag |= (long) (data[i] & 0x7f) << (7 * i);
    }
    if (last > 0 && data[last] == 0) {
      throw BadBytes.of(topic, expected, "a number padded with zeros", data);
    }
    if (last == LONG_BYTES_MAX - 1 && data[last] != 1) {
      throw BadBytes.of(topic, expected, "a number of more than 64 bits", data);
    }
    return (zigZag >>> 1) ^ -(zigZag & 1);
  }
}
