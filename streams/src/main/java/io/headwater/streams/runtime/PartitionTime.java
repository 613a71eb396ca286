package io.headwater.streams.runtime;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * The times that Kafka Streams keeps beside a committed offset, in its format: Base64 of
 *
 * <pre>
 * note  = version:u8 = 2  timeMs:i64  [ count:i32  entry* ]       integers are big-endian
 * entry = length:i32  name:UTF-8  timeMs:i64                      a node of the task
 * </pre>
 *
 * <p>Version 1 ends after the first time. A task writes the times of its nodes beside each position
 * that it commits; the latest of them hold, since the times only grow.
 *
 * @param timeMs the highest timestamp read from the partition, or {@link #UNKNOWN}
 * @param nodeTimesMs the highest timestamp that came to a node, by the node's name
 */
record PartitionTime(long timeMs, Map<String, Long> nodeTimesMs) {
  /** No record was read yet. */
  static final long UNKNOWN = -1;

  private static final PartitionTime NONE = new PartitionTime(UNKNOWN, Map.of());
  private static final byte VERSION_WITHOUT_NODES = 1;
  private static final byte VERSION = 2;

  PartitionTime {
    nodeTimesMs = Map.copyOf(nodeTimesMs);
  }

  String encode() {
    var bytes = new ByteArrayOutputStream();
    bytes.write(VERSION);
    bytes.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(timeMs).array());
    if (!nodeTimesMs.isEmpty()) {
      bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(nodeTimesMs.size()).array());
      nodeTimesMs.forEach((name, ms) -> bytes.writeBytes(entry(name, ms)));
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static byte[] entry(String name, long timeMs) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Integer.BYTES + text.length + Long.BYTES)
        .putInt(text.length)
        .put(text)
        .putLong(timeMs)
        .array();
  }

  /** The times in that text; what a tool wrote there instead says nothing. */
  static PartitionTime decode(String metadata) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(metadata));
      byte version = bytes.get();
      if (version != VERSION_WITHOUT_NODES && version != VERSION) {
        return NONE;
      }
      long timeMs = bytes.getLong();
      var nodeTimesMs = new HashMap<String, Long>();
      if (version == VERSION && bytes.hasRemaining()) {
        for (int left = bytes.getInt(); left > 0; left--) {
          int length = bytes.getInt();
          if (length < 0 || length > bytes.remaining()) {
            return NONE;
          }
          byte[] name = new byte[length];
          bytes.get(name);
          nodeTimesMs.put(new String(name, StandardCharsets.UTF_8), bytes.getLong());
        }
      }
      return new PartitionTime(timeMs, nodeTimesMs);
    } catch (IllegalArgumentException | BufferUnderflowException notSuchText) {
      return NONE;
    }
  }
}
