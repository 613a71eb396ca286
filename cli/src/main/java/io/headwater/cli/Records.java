package io.headwater.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.headwater.serde.Header;
import io.headwater.serde.Headers;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;

/** How the parts of a record are shown that need no serde. */
final class Records {
  private static final ByteFormat HEADER_VALUE = ByteFormat.parse("bytes");

  private Records() {}

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
