package io.headwater.serde;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The built-in serdes. Those that Kafka has are named as Kafka names them and read and write
 * Kafka's bytes; the others say theirs. Integers are big-endian.
 *
 * <p>Null is written as null and read as null. Bytes of a wrong length or of no value of the type
 * are a {@link SerializationException}.
 */
@SuppressWarnings("MemberName") // the factories have Kafka's names
public final class Serdes {
  private static final VarHandle SHORT = bigEndian(short[].class);
  private static final VarHandle INT = bigEndian(int[].class);
  private static final VarHandle LONG = bigEndian(long[].class);

  private static final int INSTANT_BYTES = Long.BYTES + Integer.BYTES;
  private static final int UUID_BYTES = 36;
  private static final int NANOS_PER_SECOND = 1_000_000_000;

  private static final Serde<String> STRING =
      variable("string", Utf8::write, (topic, data) -> Utf8.read(topic, data), true);

  private static final Serde<Long> LONG_SERDE =
      fixed("long", "a long", Long.BYTES, Serdes::writeLong, data -> (long) LONG.get(data, 0));

  private static final Serde<Integer> INTEGER =
      fixed(
          "integer", "an integer", Integer.BYTES, Serdes::writeInt, data -> (int) INT.get(data, 0));

  private static final Serde<Short> SHORT_SERDE =
      fixed(
          "short", "a short", Short.BYTES, Serdes::writeShort, data -> (short) SHORT.get(data, 0));

  private static final Serde<Float> FLOAT =
      fixed(
          "float",
          "a float",
          Float.BYTES,
          value -> writeInt(Float.floatToRawIntBits(value)),
          data -> Float.intBitsToFloat((int) INT.get(data, 0)));

  private static final Serde<Double> DOUBLE =
      fixed(
          "double",
          "a double",
          Double.BYTES,
          value -> writeLong(Double.doubleToLongBits(value)),
          data -> Double.longBitsToDouble((long) LONG.get(data, 0)));

  private static final Serde<Boolean> BOOLEAN =
      variable("boolean", value -> new byte[] {(byte) (value ? 1 : 0)}, Serdes::readBoolean, true);

  // The bytes that come out must be the caller's own, as those of any serializer are.
  private static final Serde<byte[]> BYTE_ARRAY =
      variable("bytes", value -> value.clone(), (topic, data) -> data, false);

  private static final Serde<ByteBuffer> BYTE_BUFFER =
      variable(
          "bytebuffer", Serdes::writeByteBuffer, (topic, data) -> ByteBuffer.wrap(data), false);

  private static final Serde<UUID> UUID_SERDE =
      fixed(
          "uuid",
          "a UUID as text",
          UUID_BYTES,
          value -> value.toString().getBytes(ISO_8859_1),
          Serdes::readUuid);

  private static final Serde<Void> VOID =
      new PairSerde<>(
          "void",
          (topic, headers, data) -> null,
          (topic, headers, data) -> {
            if (data != null) {
              throw BadBytes.of(topic, "null", BadBytes.count(data.length), data);
            }
            return null;
          },
          true);

  private static final Serde<Instant> INSTANT =
      fixed("instant", "an instant", INSTANT_BYTES, Serdes::writeInstant, Serdes::readInstant);

  private static final Serde<Integer> VAR_INT =
      variable(
          "varint",
          value -> Varints.write(value),
          (topic, data) -> Varints.readInt(topic, data),
          true);

  private static final Serde<Long> VAR_LONG =
      variable(
          "varlong",
          value -> Varints.write(value),
          (topic, data) -> Varints.readLong(topic, data),
          true);

  private static final Serde<NamespacedName> NAMESPACED_NAME =
      variable(
          "namespaced-name",
          value -> Utf8.write(value.toString()),
          Serdes::readNamespacedName,
          true);

  private static final SerdeNames NAMES =
      SerdeNames.none()
          .plus(STRING)
          .plus(LONG_SERDE)
          .plus(INTEGER)
          .plus(SHORT_SERDE)
          .plus(FLOAT)
          .plus(DOUBLE)
          .plus(BOOLEAN)
          .plus(BYTE_ARRAY)
          .plus(BYTE_BUFFER)
          .plus(UUID_SERDE)
          .plus(VOID)
          .plus(INSTANT)
          .plus(VAR_INT)
          .plus(VAR_LONG)
          .plus(NAMESPACED_NAME)
          .plus("list", inner -> ListSerde(inner));

  private Serdes() {}

  /**
   * Text as UTF-8. Malformed bytes are refused; a lone surrogate, which UTF-8 cannot spell, is
   * written as a question mark, as Kafka does.
   */
  public static Serde<String> String() {
    return STRING;
  }

  /** Eight bytes. */
  public static Serde<Long> Long() {
    return LONG_SERDE;
  }

  /** Four bytes. */
  public static Serde<Integer> Integer() {
    return INTEGER;
  }

  /** Two bytes. */
  public static Serde<Short> Short() {
    return SHORT_SERDE;
  }

  /** Four bytes, IEEE 754; the bits of a NaN are kept. */
  public static Serde<Float> Float() {
    return FLOAT;
  }

  /** Eight bytes, IEEE 754; every NaN is written as the same one. */
  public static Serde<Double> Double() {
    return DOUBLE;
  }

  /** One byte, 0 or 1; any other is refused. */
  public static Serde<Boolean> Boolean() {
    return BOOLEAN;
  }

  /** The bytes themselves: a copy of them when written, so that the array stays the caller's. */
  public static Serde<byte[]> ByteArray() {
    return BYTE_ARRAY;
  }

  /**
   * The bytes from the buffer's beginning to its limit, wherever its position is, which stays as it
   * was; read as a buffer over the bytes, at position 0.
   */
  public static Serde<ByteBuffer> ByteBuffer() {
    return BYTE_BUFFER;
  }

  /** The text of 36 characters, such as {@code 8b6ff8d1-3f2c-4c3e-9d0e-2a4f6f0c7a11}. */
  public static Serde<UUID> UUID() {
    return UUID_SERDE;
  }

  /** Nothing but null. */
  public static Serde<Void> Void() {
    return VOID;
  }

  /** An {@link ArrayList} of what {@code inner} reads and writes; elements may be null. */
  public static <T> Serde<List<T>> ListSerde(Serde<T> inner) {
    return list(ArrayList::new, inner);
  }

  /**
   * A list of what {@code inner} reads and writes; elements may be null if the class allows it.
   *
   * @param listClass what a list is read as; has a public constructor without parameters
   * @throws IllegalArgumentException if {@code listClass} has no such constructor or is abstract
   */
  @SuppressWarnings({"rawtypes", "unchecked"}) // ArrayList.class is the class of a raw type
  public static <T> Serde<List<T>> ListSerde(Class<? extends List> listClass, Serde<T> inner) {
    Constructor<? extends List> constructor;
    try {
      constructor = listClass.getConstructor();
    } catch (NoSuchMethodException e) {
      throw notAList(listClass, e);
    }
    if (Modifier.isAbstract(listClass.getModifiers())) {
      throw notAList(listClass, null);
    }
    return list(size -> (List<T>) newInstance(constructor), inner);
  }

  /**
   * Twelve bytes: the seconds since 1970-01-01T00:00Z as a long, then the nanoseconds within the
   * second as an integer. In the order of bytes, instants before 1970 come after all others.
   */
  public static Serde<Instant> Instant() {
    return INSTANT;
  }

  /**
   * One to five bytes, fewer for numbers near zero, in the variable-length form that Kafka's record
   * batches use. A form longer than the number needs is refused.
   */
  public static Serde<Integer> VarInt() {
    return VAR_INT;
  }

  /** As {@link #VarInt}, one to ten bytes. */
  public static Serde<Long> VarLong() {
    return VAR_LONG;
  }

  /** The text of a {@link NamespacedName} as UTF-8. */
  public static Serde<NamespacedName> NamespacedName() {
    return NAMESPACED_NAME;
  }

  /** The built-in serdes by their names, such as {@code string} or {@code list(long)}. */
  public static SerdeNames names() {
    return NAMES;
  }

  /**
   * The built-in serde of that name.
   *
   * @throws IllegalArgumentException if there is none; the message lists the known names
   */
  public static Serde<?> byName(String name) {
    return NAMES.find(name);
  }

  private interface Reader<T> {
    T read(String topic, byte[] data);
  }

  private static <T> Serde<T> variable(
      String name, Function<T, byte[]> write, Reader<T> read, boolean immutable) {
    return new PairSerde<>(
        name,
        (topic, headers, data) -> data == null ? null : write.apply(data),
        (topic, headers, data) -> data == null ? null : read.read(topic, data),
        immutable);
  }

  /** All values of a fixed size are immutable. */
  private static <T> Serde<T> fixed(
      String name,
      String type,
      int sizeBytes,
      Function<T, byte[]> write,
      Function<byte[], T> read) {
    return new PairSerde<>(
        name,
        new FixedSizeSerializer<>(sizeBytes, write),
        new FixedSizeDeserializer<>(type, sizeBytes, read),
        true);
  }

  private static <T> Serde<List<T>> list(IntFunction<? extends List<T>> newList, Serde<T> inner) {
    Objects.requireNonNull(inner, "inner");
    return new PairSerde<>(
        "list(" + inner.name() + ")",
        new ListSerializer<>(inner.serializer()),
        new ListDeserializer<>(inner.deserializer(), newList),
        false);
  }

  private static VarHandle bigEndian(Class<?> arrayType) {
    return MethodHandles.byteArrayViewVarHandle(arrayType, ByteOrder.BIG_ENDIAN);
  }

  private static byte[] writeLong(long value) {
    byte[] bytes = new byte[Long.BYTES];
    LONG.set(bytes, 0, value);
    return bytes;
  }

  private static byte[] writeInt(int value) {
    byte[] bytes = new byte[Integer.BYTES];
    INT.set(bytes, 0, value);
    return bytes;
  }

  private static byte[] writeShort(short value) {
    byte[] bytes = new byte[Short.BYTES];
    SHORT.set(bytes, 0, value);
    return bytes;
  }

  private static Boolean readBoolean(String topic, byte[] data) {
    if (data.length != 1) {
      throw BadBytes.of(topic, "a boolean of 1 byte", BadBytes.count(data.length), data);
    }
    return switch (data[0]) {
      case 0 -> false;
      case 1 -> true;
      default ->
          throw BadBytes.of(topic, "a boolean, 0 or 1", String.valueOf(data[0] & 0xff), data);
    };
  }

  private static byte[] writeByteBuffer(ByteBuffer value) {
    var bytes = new byte[value.limit()];
    value.get(0, bytes);
    return bytes;
  }

  private static UUID readUuid(byte[] data) {
    String text = new String(data, ISO_8859_1);
    // The JDK also takes shorter groups of digits; 36 characters leave only the one form.
    UUID uuid;
    try {
      uuid = UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("other text", e);
    }
    if (!uuid.toString().equalsIgnoreCase(text)) {
      throw new IllegalArgumentException("other text");
    }
    return uuid;
  }

  private static byte[] writeInstant(Instant value) {
    byte[] bytes = new byte[INSTANT_BYTES];
    LONG.set(bytes, 0, value.getEpochSecond());
    INT.set(bytes, Long.BYTES, value.getNano());
    return bytes;
  }

  private static Instant readInstant(byte[] data) {
    long seconds = (long) LONG.get(data, 0);
    int nanos = (int) INT.get(data, Long.BYTES);
    if (nanos < 0 || nanos >= NANOS_PER_SECOND) {
      throw new IllegalArgumentException(nanos + " nanoseconds within a second");
    }
    try {
      return Instant.ofEpochSecond(seconds, nanos);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(seconds + " seconds, outside the range of instants", e);
    }
  }

  private static NamespacedName readNamespacedName(String topic, byte[] data) {
    try {
      return NamespacedName.parse(Utf8.read(topic, data));
    } catch (IllegalArgumentException e) {
      throw new SerializationException(
          BadBytes.message(
              topic, "text like namespace/name or name", String.valueOf(e.getMessage()), data),
          e);
    }
  }

  private static <T> T newInstance(Constructor<T> constructor) {
    try {
      return constructor.newInstance();
    } catch (InvocationTargetException | InstantiationException | IllegalAccessException e) {
      throw new SerializationException(
          "cannot make a list of " + constructor.getDeclaringClass().getName(), e);
    }
  }

  private static IllegalArgumentException notAList(Class<?> listClass, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "a list class has a public constructor without parameters, %s has not; use ListSerde(inner)"
            .formatted(listClass.getName()),
        cause);
  }
}
