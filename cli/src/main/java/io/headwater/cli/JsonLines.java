package io.headwater.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Output as JSON, one value a line. */
final class JsonLines {
  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .rootValueSeparator((String) null)
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
          .build();

  private final PrintStream out;
  private final JsonGenerator generator;

  JsonLines(PrintStream out) {
    this.out = out;
    try {
      this.generator = JSON.createGenerator(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the fields of an object, or anything else into one. */
  @FunctionalInterface
  interface Content {
    void write(JsonGenerator json) throws IOException;
  }

  /** Writes an object with that content, as one line. */
  void object(Content content) {
    try {
      generator.writeStartObject();
      content.write(generator);
      generator.writeEndObject();
      generator.writeRaw('\n');
      generator.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Whether nobody reads the output any more, as when it goes into {@code head}. Flushes it to find
   * out.
   */
  boolean closed() {
    return out.checkError();
  }

  /** Copies one JSON value, made compact; false if the bytes are not one. */
  static boolean copy(byte[] value, JsonGenerator json) throws IOException {
    if (!isJson(value)) {
      return false;
    }
    try (JsonParser parser = JSON.createParser(value)) {
      parser.nextToken();
      json.copyCurrentStructureExact(parser);
      return true;
    }
  }

  /** Whether the bytes are one JSON value and nothing else. */
  static boolean isJson(byte @Nullable [] value) {
    if (value == null) {
      return false;
    }
    try (JsonParser parser = JSON.createParser(value)) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      parser.finishToken();
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  /** A value as compact JSON text. */
  static String text(Content value) {
    var text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      value.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
