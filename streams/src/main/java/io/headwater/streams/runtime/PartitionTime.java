package io.headwater.streams.runtime;

import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * The highest timestamp read from a partition, as Kafka Streams keeps it beside the committed
 * offset: Base64 of a version byte and the time as a big-endian long.
 */
final class PartitionTime {
  /** No record was read yet. */
  static final long UNKNOWN = -1;

  private static final byte VERSION = 1;
  private static final byte VERSION_WITH_PROCESSORS = 2;

  private PartitionTime() {}

  static String encode(long timeMs) {
    byte[] bytes = ByteBuffer.allocate(1 + Long.BYTES).put(VERSION).putLong(timeMs).array();
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** The time in that text, or {@link #UNKNOWN} if a tool wrote something else there. */
  static long decode(String metadata) {
    if (metadata.isEmpty()) {
      return UNKNOWN;
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(metadata);
    } catch (IllegalArgumentException notBase64) {
      return UNKNOWN;
    }
    boolean known =
        bytes.length >= 1 + Long.BYTES
            && (bytes[0] == VERSION || bytes[0] == VERSION_WITH_PROCESSORS);
    return known ? ByteBuffer.wrap(bytes).getLong(1) : UNKNOWN;
  }
}
