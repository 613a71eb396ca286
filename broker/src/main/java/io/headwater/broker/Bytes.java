package io.headwater.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Writes big-endian fields to a growing array, and reads a string of them. */
final class Bytes {
  /** Writes fields. */
  interface Writer {
    void to(DataOutputStream out) throws IOException;
  }

  private Bytes() {}

  static byte[] of(Writer writer) {
    var bytes = new ByteArrayOutputStream(64);
    try {
      writer.to(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // an array does not fail
    }
    return bytes.toByteArray();
  }

  /** A string as Kafka's messages have it: the size in bytes as i16, then UTF-8. */
  static void string(DataOutputStream out, String text) throws IOException {
    byte[] utf8 = text.getBytes(UTF_8);
    if (utf8.length > Short.MAX_VALUE) {
      throw new IllegalArgumentException(
          "text of at most %d bytes, was %d: %.40s..."
              .formatted(Short.MAX_VALUE, utf8.length, text));
    }
    out.writeShort(utf8.length);
    out.write(utf8);
  }

  static String string(ByteBuffer in) {
    byte[] utf8 = new byte[in.getShort()];
    in.get(utf8);
    return new String(utf8, UTF_8);
  }
}
