package io.headwater.log.testing;

import io.headwater.log.BatchLog;
import io.headwater.log.record.BatchBuffer;
import io.headwater.log.record.RecordReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The records of a log as text, for comparing them: {@code offset@timestamp key=value}. */
public final class LogRecords {
  private LogRecords() {}

  /** All records of a log, control ones included, in order. */
  public static List<String> all(BatchLog log) {
    return from(log, log.range().from(), 1 << 16);
  }

  /** The records from an offset on, read in pieces of some bytes. */
  public static List<String> from(BatchLog log, long offset, int bytesMax) {
    var records = new ArrayList<String>();
    var buffer = new BatchBuffer();
    var reader = new RecordReader();
    long next = offset;
    while (true) {
      log.read(next, Long.MAX_VALUE, bytesMax, buffer);
      if (buffer.isEmpty()) {
        return records;
      }
      reader.reset(buffer);
      while (reader.nextBatch()) {
        while (reader.nextRecord()) {
          if (reader.offset() >= offset) {
            records.add(text(reader));
          }
        }
      }
      next = buffer.nextOffset();
    }
  }

  /** The record that a reader is at. */
  public static String text(RecordReader reader) {
    return text(reader.offset(), reader.timestampMs(), reader.key(), reader.value());
  }

  /** A record of these parts. */
  public static String text(
      long offset, long timestampMs, byte @Nullable [] key, byte @Nullable [] value) {
    return offset + "@" + timestampMs + " " + text(key) + "=" + text(value);
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "null" : "'" + new String(bytes, StandardCharsets.UTF_8) + "'";
  }
}
