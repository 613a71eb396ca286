package io.headwater.serde;

/**
 * The error for bytes that are not a value of the type they are read as; all say the same things.
 */
final class BadBytes {
  private static final int BYTES_SHOWN_MAX = 16;

  private BadBytes() {}

  /**
   * @param expected the type and what makes its bytes valid, such as "a long of 8 bytes"
   * @param found what is there instead, such as "5 bytes"
   */
  static SerializationException of(String topic, String expected, String found, byte[] data) {
    return new SerializationException(message(topic, expected, found, data));
  }

  static String message(String topic, String expected, String found, byte[] data) {
    return "topic %s: expected %s, found %s%s; read it with the serde that it was written with"
        .formatted(topic, expected, found, shown(data));
  }

  static String count(int bytes) {
    return bytes == 1 ? "1 byte" : bytes + " bytes";
  }

  /** The first bytes in hex: enough to recognise what they are, never a whole large value. */
  private static String shown(byte[] data) {
    if (data.length == 0) {
      return "";
    }
    var hex = new StringBuilder(" (");
    int shown = Math.min(data.length, BYTES_SHOWN_MAX);
    for (int i = 0; i < shown; i++) {
      hex.append(i == 0 ? "" : " ").append("%02x".formatted(data[i] & 0xff));
    }
    return hex.append(shown < data.length ? " …)" : ")").toString();
  }
}
