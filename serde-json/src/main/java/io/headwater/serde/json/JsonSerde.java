package io.headwater.serde.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.headwater.serde.Deserializer;
import io.headwater.serde.Headers;
import io.headwater.serde.Serde;
import io.headwater.serde.SerializationException;
import io.headwater.serde.Serializer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Objects of one type as JSON.
 *
 * <pre>{@code
 * record Reading(String sensor, Instant at, double celsius) {}
 *
 * Serde<Reading> readings = JsonSerde.of(Reading.class);
 * }</pre>
 *
 * <p>Unless a mapper is given, the one of {@link #mapper()} is used; its rules are there. Whatever
 * the mapper, these hold:
 *
 * <ul>
 *   <li>Null is written as null and read as null. The JSON text {@code null} is a value for {@link
 *       #tree()} only; any other type refuses it, or an absent value would have two forms.
 *   <li>NaN and the infinities are not written, as JSON has no such numbers.
 *   <li>Bytes are one whole document. No bytes, half a document or more after it are refused.
 *   <li>An error names topic, type, position in bytes, and the property if it is known.
 * </ul>
 *
 * <p>The type decides whether values are {@link #immutable()}: a record is if its components are
 * all immutable themselves, which is looked up through records in records. It is no use to a list
 * or map, even in a record, as nobody can tell whether that changes; if it does not, say {@link
 * #asImmutable()}.
 */
public final class JsonSerde<T> implements Serde<T> {
  private static final ObjectMapper MAPPER = mapper().build();

  private final JavaType type;
  private final boolean immutable;
  private final ObjectReader reader;
  private final ObjectWriter writer;

  private JsonSerde(ObjectMapper mapper, JavaType type, boolean immutable) {
    this(
        type,
        immutable,
        mapper.readerFor(type).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS),
        mapper.writerFor(type));
  }

  private JsonSerde(JavaType type, boolean immutable, ObjectReader reader, ObjectWriter writer) {
    this.type = type;
    this.immutable = immutable;
    this.reader = reader;
    this.writer = writer;
  }

  /** Objects of that class. */
  public static <T> JsonSerde<T> of(Class<T> type) {
    return of(MAPPER.constructType(type));
  }

  /** Objects of a type with parameters, as in {@code new TypeReference<List<Order>>() {}}. */
  public static <T> JsonSerde<T> of(TypeReference<T> type) {
    return of(MAPPER.constructType(type));
  }

  /** Objects of a type that is known at run time only; the caller answers for {@code T}. */
  @SuppressWarnings("TypeParameterUnusedInFormals") // a JavaType says its type at run time only
  public static <T> JsonSerde<T> of(JavaType type) {
    return new JsonSerde<>(MAPPER, type, ImmutableTypes.contain(type.getRawClass()));
  }

  /** Any JSON as a tree; properties keep their order and numbers all their digits. */
  public static JsonSerde<JsonNode> tree() {
    return of(JsonNode.class);
  }

  /**
   * A builder of the mapper that is used unless another is given, to add to:
   *
   * <ul>
   *   <li>Properties that a class does not know are passed over, so that producers can add some.
   *   <li>A missing property is null. For a primitive type it is refused, as null is: a made-up
   *       zero would be counted. A class that reads older events too says {@code Integer} or {@code
   *       Long}.
   *   <li>A number that is too large for its type is refused, and so are Jackson's texts for NaN
   *       and the infinities. Text is not taken for a number, nor a fraction for an integer, nor a
   *       number for an enum.
   *   <li>{@code java.time} types are ISO 8601 text and keep their zone; where a time is read from
   *       an integer, that counts milliseconds.
   *   <li>Numbers of no declared type, as in a tree or a {@code Map<String, Object>}, are read
   *       exactly: a fraction is a {@code BigDecimal}.
   *   <li>A tree in which a property is there twice is refused.
   * </ul>
   */
  public static JsonMapper.Builder mapper() {
    return JsonMapper.builder()
        .addModule(new JavaTimeModule())
        .addModule(FiniteNumbers.module())
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .disable(
            DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
            DeserializationFeature.ACCEPT_FLOAT_AS_INT,
            DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE,
            DeserializationFeature.READ_DATE_TIMESTAMPS_AS_NANOSECONDS)
        .enable(
            DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
            DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS,
            DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY,
            DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .disable(
            SerializationFeature.WRITE_DATES_AS_TIMESTAMPS,
            SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS,
            SerializationFeature.WRITE_DATE_TIMESTAMPS_AS_NANOSECONDS);
  }

  /** This serde with another mapper, which must not be configured any more from here on. */
  public JsonSerde<T> withMapper(ObjectMapper mapper) {
    return new JsonSerde<>(mapper, mapper.constructType(type), immutable);
  }

  /** This serde, with the caller's word that nobody changes a value once it is made. */
  public JsonSerde<T> asImmutable() {
    return new JsonSerde<>(type, true, reader, writer);
  }

  @Override
  public Serializer<T> serializer() {
    return this::write;
  }

  @Override
  public Deserializer<T> deserializer() {
    return this::read;
  }

  @Override
  public boolean immutable() {
    return immutable;
  }

  /** {@code json}, by which tools find {@link #tree()}. */
  @Override
  public String name() {
    return "json";
  }

  @Override
  public String toString() {
    return "json of " + typeName();
  }

  private byte @Nullable [] write(String topic, Headers headers, @Nullable T data) {
    if (data == null) {
      return null;
    }
    var bytes = new ByteArrayBuilder();
    try (var generator = FiniteNumbers.check(writer.createGenerator(bytes))) {
      writer.writeValue(generator, data);
    } catch (IOException e) {
      throw new SerializationException(
          "topic %s: cannot write %s as JSON%s: %s"
              .formatted(topic, typeName(), property(e), reason(e)),
          e);
    }
    return bytes.toByteArray();
  }

  private @Nullable T read(String topic, Headers headers, byte @Nullable [] data) {
    if (data == null) {
      return null;
    }
    T value;
    try (var parser = reader.createParser(data)) {
      value = reader.readValue(parser);
    } catch (IOException e) {
      throw new SerializationException(
          "topic %s: expected JSON of %s, found an error at byte %d%s: %s"
              .formatted(topic, typeName(), position(e), property(e), reason(e)),
          e);
    }
    if (value == null) {
      throw new SerializationException(
          "topic %s: expected JSON of %s, found null at byte 0; an absent value has no bytes"
              .formatted(topic, typeName()));
    }
    return value;
  }

  private String typeName() {
    return type.getRawClass().getSimpleName();
  }

  private static long position(IOException e) {
    if (e instanceof JsonProcessingException json && json.getLocation() != null) {
      return Math.max(0, json.getLocation().getByteOffset());
    }
    return 0;
  }

  /** Where in the object the error is, such as {@code , orders[2].price}. */
  private static String property(IOException e) {
    var path = new StringBuilder();
    if (e instanceof JsonMappingException mapping) {
      for (var step : mapping.getPath()) {
        if (step.getFieldName() == null) {
          path.append('[').append(step.getIndex()).append(']');
        } else {
          path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
        }
      }
    }
    return path.isEmpty() ? "" : ", " + path;
  }

  /** Jackson's reason without what it says about the position: ours is in bytes. */
  private static String reason(IOException e) {
    String message =
        e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
    if (message == null) {
      return e.getClass().getSimpleName();
    }
    String firstLine = message.lines().findFirst().orElse("");
    int startMarker = firstLine.indexOf(" (start marker at");
    return startMarker < 0 ? firstLine : firstLine.substring(0, startMarker);
  }
}
