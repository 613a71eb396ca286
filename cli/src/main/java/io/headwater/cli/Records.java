package io.headwater.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.headwater.serde.Header;
import io.headwater.serde.Headers;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How the parts of a record are shown that need no serde. */
final class Records {
  private static final ByteFormat HEADER_VALUE = ByteFormat.parse("bytes");

  private Records() {}

  /** Writes the fields that every record has into a JSON object. */
  static void writeFields(
      JsonGenerator json,
      String topic,
      long offset,
      long timestampMs,
      ByteFormat keyFormat,
      byte @Nullable [] key,
      ByteFormat valueFormat,
      byte @Nullable [] value,
      Headers headers)
      throws IOException {
    json.writeNumberField("offset", offset);
    json.writeNumberField("timestamp", timestampMs);
    json.writeFieldName("key");
    keyFormat.write(topic, key, json);
    json.writeFieldName("value");
    valueFormat.write(topic, value, json);
    json.writeFieldName("headers");
    writeHeaders(headers, json);
  }

  /** The same for people, on one line. */
  static String line(
      String topic,
      long offset,
      long timestampMs,
      ByteFormat keyFormat,
      byte @Nullable [] key,
      ByteFormat valueFormat,
      byte @Nullable [] value,
      Headers headers) {
    return "%d  %s  %s  %s%s"
        .formatted(
            offset,
            time(timestampMs),
            keyFormat.text(topic, key),
            valueFormat.text(topic, value),
            headers(headers));
  }

  /** The headers in order, as an array: a name may be there twice. */
  static void writeHeaders(Headers headers, JsonGenerator json) throws IOException {
    json.writeStartArray();
    for (Header header : headers) {
      json.writeStartObject();
      json.writeStringField("key", header.key());
      json.writeFieldName("value");
      HEADER_VALUE.write(header.key(), header.value(), json);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** The headers for people, {@code name=value} each; nothing if there are none. */
  static String headers(Headers headers) {
    var text = new StringBuilder();
    for (Header header : headers) {
      text.append("  ").append(header.key()).append('=');
      text.append(HEADER_VALUE.text(header.key(), header.value()));
    }
    return text.toString();
  }

  /** A timestamp for people; -1 stands for none. */
  static String time(long timestampMs) {
    if (timestampMs == -1) {
      return "no time";
    }
    try {
      return Instant.ofEpochMilli(timestampMs).toString();
    } catch (DateTimeException e) {
      return Long.toString(timestampMs);
    }
  }
}
