package io.headwater.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a line of JSON a record: the line itself is the value, a field of it the key, another one
 * the timestamp.
 */
final class LineReader {
  private final JsonFactory json =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private final @Nullable String keyField;
  private final @Nullable String timestampField;
  private final TimestampFormat timestampFormat;

  /**
   * Reads lines so.
   *
   * @param keyField the field whose text is the key; null for records without a key
   * @param timestampField the field that tells the timestamp; null if none does
   */
  LineReader(
      @Nullable String keyField, @Nullable String timestampField, TimestampFormat timestampFormat) {
    this.keyField = keyField;
    this.timestampField = timestampField;
    this.timestampFormat = timestampFormat;
  }

  /** What a line says beside itself. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Parsed(byte @Nullable [] key, @Nullable Long timestampMs) {}

  /**
   * Reads one line.
   *
   * @throws MalformedLineException if the line is not one JSON value, or lacks a field
   */
  Parsed parse(byte[] line) throws MalformedLineException {
    try (JsonParser parser = json.createParser(line)) {
      if (parser.nextToken() == null) {
        throw new MalformedLineException("not JSON: the line is empty");
      }
      Parsed parsed = keyField == null && timestampField == null ? skip(parser) : fields(parser);
      if (parser.nextToken() != null) {
        throw new MalformedLineException("not one JSON value: more follows behind the first one");
      }
      return parsed;
    } catch (JsonProcessingException e) {
      throw new MalformedLineException("not JSON: " + reason(e), e);
    } catch (IOException e) {
      throw new MalformedLineException("not JSON: " + e.getMessage(), e);
    }
  }

  private static Parsed skip(JsonParser parser) throws IOException {
    skipValue(parser);
    return new Parsed(null, null);
  }

  private static void skipValue(JsonParser parser) throws IOException {
    parser.skipChildren();
    // A number or text is decoded lazily, and may turn out malformed only then.
    parser.finishToken();
  }

  private Parsed fields(JsonParser parser) throws IOException, MalformedLineException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new MalformedLineException("not a JSON object, so it has no fields");
    }
    boolean keyFound = false;
    byte @Nullable [] key = null;
    Long timestampMs = null;
    List<String> seen = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      seen.add(field);
      parser.nextToken();
      if (field.equals(timestampField)) {
        timestampMs = timestampMs(parser);
      }
      if (field.equals(keyField)) {
        key = key(parser);
        keyFound = true;
      }
      skipValue(parser);
    }
    if (keyField != null && !keyFound) {
      throw missing(keyField, seen);
    }
    if (timestampField != null && timestampMs == null) {
      throw missing(timestampField, seen);
    }
    return new Parsed(key, timestampMs);
  }

  private byte @Nullable [] key(JsonParser parser) throws IOException, MalformedLineException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    if (!token.isScalarValue()) {
      throw new MalformedLineException(
          "field \"%s\" is to be the key, but is neither text nor a number".formatted(keyField));
    }
    return parser.getText().getBytes(StandardCharsets.UTF_8);
  }

  private long timestampMs(JsonParser parser) throws IOException, MalformedLineException {
    JsonToken token = parser.currentToken();
    try {
      if (token == JsonToken.VALUE_NUMBER_INT && timestampFormat == TimestampFormat.ISO) {
        return parser.getLongValue();
      }
      if (token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NUMBER_INT) {
        return timestampFormat.parseMs(parser.getText());
      }
    } catch (IllegalArgumentException | JsonProcessingException e) {
      throw new MalformedLineException(
          "field \"%s\": %s"
              .formatted(
                  timestampField,
                  e instanceof JsonProcessingException bad ? reason(bad) : e.getMessage()),
          e);
    }
    throw new MalformedLineException(
        "field \"%s\" is to be the timestamp, but is neither text nor a whole number"
            .formatted(timestampField));
  }

  private static MalformedLineException missing(String field, List<String> seen) {
    return new MalformedLineException(
        "no field \"%s\"; %s".formatted(field, NearNames.hint("fields", field, seen)));
  }

  /** The parser's reason without the place, which it counts within the line's bytes. */
  private static String reason(JsonProcessingException e) {
    int column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
    return column > 0
        ? e.getOriginalMessage() + " (column " + column + ")"
        : e.getOriginalMessage();
  }
}
