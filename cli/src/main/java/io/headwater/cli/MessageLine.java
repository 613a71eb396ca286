package io.headwater.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.headwater.log.Message;
import io.headwater.serde.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a message from a line of JSON as {@code log consume --json} prints it: an object with
 * {@code key}, {@code value}, {@code timestamp} and {@code headers}, each of which may be missing.
 * Text is its bytes in UTF-8, {@code {"base64":"AAE="}} other bytes, {@code null} none; any other
 * JSON stands for its own text.
 */
final class MessageLine {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final Pattern BASE64 = Pattern.compile("\\{\"base64\":\"([^\"\\\\]*)\"}");

  /** What may stand in a line; where a message came from is left out. */
  private static final List<String> FIELDS =
      List.of("key", "value", "timestamp", "headers", "offset", "partition");

  private MessageLine() {}

  /**
   * Reads one line.
   *
   * @throws MalformedLineException if it is no such object
   */
  static Message parse(byte[] line) throws MalformedLineException {
    try (JsonParser parser = JSON.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedLineException("not a message: it begins with no '{'");
      }
      Message message = message(parser);
      if (parser.nextToken() != null) {
        throw new MalformedLineException("not one JSON value: more follows behind the first one");
      }
      return message;
    } catch (JsonProcessingException e) {
      throw new MalformedLineException("not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new MalformedLineException("not JSON: " + e.getMessage(), e);
    }
  }

  private static Message message(JsonParser parser) throws IOException, MalformedLineException {
    byte @Nullable [] key = null;
    byte @Nullable [] value = null;
    long timestampMs = Message.NO_TIMESTAMP;
    Headers headers = Headers.EMPTY;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "key" -> key = bytes(parser);
        case "value" -> value = bytes(parser);
        case "timestamp" -> timestampMs = timestampMs(parser);
        case "headers" -> headers = headers(parser);
        case "offset", "partition" -> parser.skipChildren();
        default ->
            throw new MalformedLineException(
                "a message has no field \"%s\"; %s"
                    .formatted(field, NearNames.hint("fields", field, FIELDS)));
      }
    }
    return new Message(Message.NO_OFFSET, timestampMs, key, value, headers);
  }

  private static byte @Nullable [] bytes(JsonParser parser)
      throws IOException, MalformedLineException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    if (token == JsonToken.VALUE_STRING) {
      return parser.getText().getBytes(StandardCharsets.UTF_8);
    }
    String text = JsonLines.text(json -> json.copyCurrentStructureExact(parser));
    Matcher base64 = BASE64.matcher(text);
    if (!base64.matches()) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    try {
      return Base64.getDecoder().decode(base64.group(1));
    } catch (IllegalArgumentException e) {
      throw new MalformedLineException("\"%s\" is not base64".formatted(base64.group(1)), e);
    }
  }

  private static long timestampMs(JsonParser parser) throws IOException, MalformedLineException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      return Message.NO_TIMESTAMP;
    }
    if (token == JsonToken.VALUE_NUMBER_INT) {
      return parser.getLongValue();
    }
    if (token == JsonToken.VALUE_STRING) {
      try {
        return TimestampFormat.ISO.parseMs(parser.getText());
      } catch (IllegalArgumentException e) {
        throw new MalformedLineException("field \"timestamp\": " + e.getMessage(), e);
      }
    }
    throw new MalformedLineException(
        "field \"timestamp\" is neither text nor a whole number of milliseconds");
  }

  private static Headers headers(JsonParser parser) throws IOException, MalformedLineException {
    Headers headers = Headers.EMPTY;
    boolean wellFormed = parser.currentToken() == JsonToken.START_ARRAY;
    while (wellFormed && parser.nextToken() == JsonToken.START_OBJECT) {
      String name = null;
      byte @Nullable [] value = null;
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String field = parser.currentName();
        parser.nextToken();
        if (field.equals("key") && parser.currentToken() == JsonToken.VALUE_STRING) {
          name = parser.getText();
        } else if (field.equals("value")) {
          value = bytes(parser);
        } else {
          wellFormed = false;
          parser.skipChildren();
        }
      }
      if (name == null) {
        wellFormed = false;
      } else {
        headers = headers.add(name, value);
      }
    }
    if (!wellFormed || parser.currentToken() != JsonToken.END_ARRAY) {
      throw new MalformedLineException(
          "field \"headers\" is no array such as [{\"key\":\"name\",\"value\":\"text\"}]");
    }
    return headers;
  }
}
