package io.headwater.log.kafka;

import io.headwater.log.BatchLog;
import io.headwater.log.Consumed;
import io.headwater.log.Log;
import io.headwater.log.Message;
import io.headwater.log.record.BatchBuffer;
import io.headwater.log.record.RecordReader;
import io.headwater.serde.Header;
import io.headwater.serde.Headers;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** Records as text, for comparing those that two programs read. */
final class Texts {
  private Texts() {}

  static String of(
      long offset,
      long timestampMs,
      byte @Nullable [] key,
      byte @Nullable [] value,
      String headers) {
    return offset + "@" + timestampMs + " " + of(key) + "=" + of(value) + " " + headers;
  }

  /** Short, since it is kept in memory for every record. */
  static String of(byte @Nullable [] bytes) {
    return bytes == null ? "null" : bytes.length + ":" + Utils.murmur2(bytes);
  }

  static String of(RecordReader reader) {
    return of(
        reader.offset(), reader.timestampMs(), reader.key(), reader.value(), of(reader.headers()));
  }

  static String of(Message message) {
    return of(
        message.offset(),
        message.timestampMs(),
        message.key(),
        message.value(),
        of(message.headers()));
  }

  private static String of(Headers headers) {
    var text = new StringBuilder();
    for (Header header : headers) {
      text.append(header.key()).append('=').append(of(header.value())).append(' ');
    }
    return text.toString();
  }

  /** All messages of a log, a few at a time. */
  static List<String> of(Log log) {
    var texts = new ArrayList<String>();
    Consumed read = log.consume(Log.OLDEST, 7);
    while (!read.messages().isEmpty()) {
      read.messages().forEach(message -> texts.add(of(message)));
      read = log.consume(read.nextOffset(), 7);
    }
    return texts;
  }

  /**
   * Every record of a log from an offset on, control ones included, read in pieces of some bytes.
   */
  static List<String> of(BatchLog log, long from, int bytesMax) {
    var texts = new ArrayList<String>();
    var buffer = new BatchBuffer();
    var reader = new RecordReader();
    log.read(from, Long.MAX_VALUE, bytesMax, buffer);
    while (!buffer.isEmpty()) {
      reader.reset(buffer);
      while (reader.nextBatch()) {
        while (reader.nextRecord()) {
          if (reader.offset() >= from) {
            texts.add(of(reader));
          }
        }
      }
      log.read(buffer.nextOffset(), Long.MAX_VALUE, bytesMax, buffer);
    }
    return texts;
  }

  static List<String> of(BatchLog log) {
    return of(log, log.range().from(), 1 << 16);
  }
}
