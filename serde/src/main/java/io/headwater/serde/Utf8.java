package io.headwater.serde;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;

/** Text as UTF-8. */
final class Utf8 {
  private Utf8() {}

  static byte[] write(String text) {
    return text.getBytes(UTF_8);
  }

  /**
   * The text that the bytes spell. The JDK's own decoding puts U+FFFD where bytes are malformed, so
   * only a text that has one is looked at again: it may have been written so.
   */
  static String read(String topic, byte[] data) {
    String text = new String(data, UTF_8);
    if (text.indexOf('\uFFFD') >= 0) {
      int position = malformedAt(data);
      if (position >= 0) {
        throw BadBytes.of(
            topic, "UTF-8 text", "malformed bytes at byte %d".formatted(position), data);
      }
    }
    return text;
  }

  /** The position of the first byte that no UTF-8 text has there, or -1. */
  private static int malformedAt(byte[] data) {
    var in = ByteBuffer.wrap(data);
    // No char takes less than a byte.
    var result = UTF_8.newDecoder().decode(in, CharBuffer.allocate(data.length), true);
    return result.isError() ? in.position() : -1;
  }
}
