package io.headwater.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.headwater.serde.Headers;
import io.headwater.serde.NamespacedName;
import io.headwater.serde.Serde;
import io.headwater.serde.SerdeNames;
import io.headwater.serde.Serdes;
import io.headwater.serde.SerializationException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How the bytes of a key or value are shown, and typed on the command line.
 *
 * <p>Under the name of a serde they are what that serde reads. Under {@code bytes} they are text if
 * they are UTF-8 without control characters, else base64: {@code {"base64":"AAE="}} in JSON and
 * {@code base64:AAE=} elsewhere. Under {@code auto} an object or array in JSON is shown as such,
 * and all else as under {@code bytes}.
 */
final class ByteFormat {
  static final String AUTO = "auto";
  private static final String JSON = "json";
  private static final String BYTES = "bytes";
  private static final String BASE64_PREFIX = "base64:";

  private static final SerdeNames SERDES = Serdes.names();

  private final String name;
  private final @Nullable Serde<?> serde;

  private ByteFormat(String name, @Nullable Serde<?> serde) {
    this.name = name;
    this.serde = serde;
  }

  /**
   * The format of that name: {@code auto}, {@code json} or one of the serdes' names.
   *
   * @throws UserException if there is none
   */
  static ByteFormat parse(String name) {
    if (name.equals(AUTO) || name.equals(JSON) || name.equals(BYTES)) {
      return new ByteFormat(name, null);
    }
    try {
      return new ByteFormat(name, SERDES.find(name));
    } catch (IllegalArgumentException e) {
      throw new UserException(
          "no serde \"%s\"; %s".formatted(name, NearNames.hint("serdes", name, names())), e);
    }
  }

  /**
   * The format that an application's manifest names; {@code auto} where that is a serde of its own,
   * which is not known here.
   */
  static ByteFormat ofManifest(String name) {
    if (name.equals(JSON)) {
      return parse(name);
    }
    try {
      return name.equals(BYTES) ? parse(AUTO) : new ByteFormat(name, SERDES.find(name));
    } catch (IllegalArgumentException e) {
      return parse(AUTO);
    }
  }

  /** All names but those made with brackets. */
  static List<String> names() {
    var names = new ArrayList<>(List.of(AUTO, JSON));
    names.addAll(SERDES.names());
    return names;
  }

  /** Writes the value into JSON. */
  void write(String topic, byte @Nullable [] bytes, JsonGenerator json) throws IOException {
    if (bytes == null) {
      json.writeNull();
    } else if (serde != null) {
      writeObject(read(topic, serde, bytes), json);
    } else if (name.equals(JSON)) {
      if (!JsonLines.copy(bytes, json)) {
        throw new SerializationException(
            "topic %s: expected JSON, found %s; try %s"
                .formatted(topic, shortened(textOrBase64(bytes)), AUTO));
      }
    } else if (name.equals(BYTES) || !isStructure(bytes) || !JsonLines.copy(bytes, json)) {
      writeBytes(bytes, json);
    }
  }

  /** The value on one line, for people. */
  String text(String topic, byte @Nullable [] bytes) {
    if (bytes == null) {
      return "null";
    }
    if (serde != null) {
      Object value = read(topic, serde, bytes);
      if (value == null || isPlain(value)) {
        return String.valueOf(value);
      }
    } else if (name.equals(BYTES) || (name.equals(AUTO) && !isStructure(bytes))) {
      return textOrBase64(bytes).replace("\r", "\\r").replace("\n", "\\n");
    }
    return JsonLines.text(json -> write(topic, bytes, json));
  }

  /**
   * The bytes of a value as it is typed on the command line.
   *
   * @throws UserException if the text is no such value
   */
  byte[] bytes(String topic, String text) {
    try {
      return serde == null ? rawBytes(text) : typed(topic, text);
    } catch (IllegalArgumentException | DateTimeParseException | SerializationException e) {
      throw new UserException("\"%s\" is no %s: %s".formatted(text, name, e.getMessage()), e);
    }
  }

  @Override
  public String toString() {
    return name;
  }

  private static byte[] rawBytes(String text) {
    return text.startsWith(BASE64_PREFIX)
        ? Base64.getDecoder().decode(text.substring(BASE64_PREFIX.length()))
        : text.getBytes(StandardCharsets.UTF_8);
  }

  private byte[] typed(String topic, String text) {
    byte[] bytes =
        switch (name) {
          case "string" -> write(Serdes.String(), topic, text);
          case "long" -> write(Serdes.Long(), topic, Long.valueOf(text));
          case "integer" -> write(Serdes.Integer(), topic, Integer.valueOf(text));
          case "short" -> write(Serdes.Short(), topic, Short.valueOf(text));
          case "float" -> write(Serdes.Float(), topic, Float.valueOf(text));
          case "double" -> write(Serdes.Double(), topic, Double.valueOf(text));
          case "boolean" -> write(Serdes.Boolean(), topic, booleanOf(text));
          case "uuid" -> write(Serdes.UUID(), topic, UUID.fromString(text));
          case "instant" -> write(Serdes.Instant(), topic, Instant.parse(text));
          case "varint" -> write(Serdes.VarInt(), topic, Integer.valueOf(text));
          case "varlong" -> write(Serdes.VarLong(), topic, Long.valueOf(text));
          case "namespaced-name" ->
              write(Serdes.NamespacedName(), topic, NamespacedName.parse(text));
          default -> null;
        };
    if (bytes == null) {
      throw new IllegalArgumentException("such keys cannot be typed");
    }
    return bytes;
  }

  private static <T> byte @Nullable [] write(Serde<T> serde, String topic, T value) {
    return serde.serializer().serialize(topic, Headers.EMPTY, value);
  }

  private static boolean booleanOf(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("it is true or false");
    };
  }

  private static @Nullable Object read(String topic, Serde<?> serde, byte[] bytes) {
    return serde.deserializer().deserialize(topic, Headers.EMPTY, bytes);
  }

  private static void writeObject(@Nullable Object value, JsonGenerator json) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof Boolean b) {
      json.writeBoolean(b);
    } else if (value instanceof Float || value instanceof Double) {
      double number = ((Number) value).doubleValue();
      if (Double.isFinite(number)) {
        json.writeNumber(new BigDecimal(value.toString()));
      } else {
        json.writeString(value.toString());
      }
    } else if (value instanceof Number number) {
      json.writeNumber(number.longValue());
    } else if (value instanceof byte[] bytes) {
      writeBytes(bytes, json);
    } else if (value instanceof ByteBuffer buffer) {
      var bytes = new byte[buffer.limit()];
      buffer.get(0, bytes);
      writeBytes(bytes, json);
    } else if (value instanceof Iterable<?> list) {
      json.writeStartArray();
      for (Object element : list) {
        writeObject(element, json);
      }
      json.writeEndArray();
    } else {
      json.writeString(value.toString());
    }
  }

  private static boolean isPlain(Object value) {
    return !(value instanceof byte[] || value instanceof ByteBuffer || value instanceof Iterable);
  }

  private static void writeBytes(byte[] bytes, JsonGenerator json) throws IOException {
    String text = utf8(bytes);
    if (text != null) {
      json.writeString(text);
    } else {
      json.writeStartObject();
      json.writeStringField("base64", Base64.getEncoder().encodeToString(bytes));
      json.writeEndObject();
    }
  }

  private static String textOrBase64(byte[] bytes) {
    String text = utf8(bytes);
    return text != null ? text : BASE64_PREFIX + Base64.getEncoder().encodeToString(bytes);
  }

  /** The text that the bytes are, or null if they are none that can be shown. */
  private static @Nullable String utf8(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      boolean shown = text.chars().noneMatch(ByteFormat::isControl);
      return shown ? text : null;
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static boolean isControl(int c) {
    return (c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
  }

  /** A number or text in JSON may as well be mere text; an object or array hardly is. */
  private static boolean isStructure(byte[] bytes) {
    return bytes.length >= 2 && (bytes[0] == '{' || bytes[0] == '[') && JsonLines.isJson(bytes);
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }
}
