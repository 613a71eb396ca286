package io.headwater.serde;

import static io.headwater.serde.Headers.EMPTY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SerdesTest {
  private static final int VALUES = 2_000;

  /** A built-in serde, how to make values for it, and what its values' makers promise. */
  record Case<T>(Serde<T> serde, Function<RandomValues, T> value, boolean immutable) {
    @Override
    public String toString() {
      return serde.name();
    }
  }

  static Stream<Case<?>> cases() {
    return Stream.of(
        new Case<>(Serdes.String(), RandomValues::text, true),
        new Case<>(Serdes.Long(), RandomValues::aLong, true),
        new Case<>(Serdes.Integer(), RandomValues::anInt, true),
        new Case<>(Serdes.Short(), RandomValues::aShort, true),
        new Case<>(Serdes.Float(), RandomValues::aFloat, true),
        new Case<>(Serdes.Double(), RandomValues::aDouble, true),
        new Case<>(Serdes.Boolean(), RandomValues::aBoolean, true),
        new Case<>(Serdes.UUID(), RandomValues::aUuid, true),
        new Case<>(Serdes.Instant(), RandomValues::anInstant, true),
        new Case<>(Serdes.VarInt(), RandomValues::anInt, true),
        new Case<>(Serdes.VarLong(), RandomValues::aLong, true),
        new Case<>(Serdes.NamespacedName(), RandomValues::namespacedName, true),
        new Case<>(Serdes.ByteArray(), RandomValues::bytes, false),
        new Case<>(Serdes.ByteBuffer(), values -> values.byteBuffer().rewind(), false),
        listCase(Serdes.Long(), RandomValues::aLong),
        listCase(Serdes.Instant(), RandomValues::anInstant),
        listCase(Serdes.String(), RandomValues::text),
        listCase(Serdes.ListSerde(Serdes.UUID()), values -> values.listOf(values::aUuid)));
  }

  @SuppressWarnings("NullAway") // a list of Kafka's may have null elements
  private static <T> Case<List<T>> listCase(Serde<T> inner, Function<RandomValues, T> element) {
    return new Case<>(
        Serdes.ListSerde(inner), values -> values.listOf(() -> element.apply(values)), false);
  }

  @ParameterizedTest
  @MethodSource("cases")
  <T> void whatIsWrittenIsReadBack(Case<T> test) {
    long seed = Seeds.next();
    var values = new RandomValues(seed);
    for (int i = 0; i < VALUES; i++) {
      T value = test.value().apply(values);
      assertThat(roundTrip(test.serde(), value)).as("seed %d, value %d", seed, i).isEqualTo(value);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  <T> void nullIsWrittenAndReadAsNull(Case<T> test) {
    assertThat(test.serde().serializer().serialize("topic", EMPTY, null)).isNull();
    assertThat(test.serde().deserializer().deserialize("topic", EMPTY, null)).isNull();
  }

  @ParameterizedTest
  @MethodSource("cases")
  <T> void aSerdeSaysWhetherItsValuesAreImmutable(Case<T> test) {
    assertThat(test.serde().immutable()).isEqualTo(test.immutable());
  }

  @ParameterizedTest
  @MethodSource("cases")
  <T> void aSerdeIsFoundByItsName(Case<T> test) {
    var found = Serdes.byName(test.serde().name());
    assertThat(found.name()).isEqualTo(test.serde().name());
    var values = new RandomValues(1);
    byte[] bytes = test.serde().serializer().serialize("topic", EMPTY, test.value().apply(values));
    assertThat(found.deserializer().deserialize("topic", EMPTY, bytes))
        .isEqualTo(test.serde().deserializer().deserialize("topic", EMPTY, bytes));
  }

  /** Whatever the bytes are, they are a value or the one kind of error, and cost little memory. */
  @ParameterizedTest
  @MethodSource("cases")
  <T> void randomBytesAreAValueOrASerializationException(Case<T> test) {
    long seed = Seeds.next();
    var values = new RandomValues(seed);
    for (int i = 0; i < VALUES; i++) {
      byte[] bytes = values.bytes();
      if (bytes.length > 0 && values.aBoolean()) {
        bytes[0] = (byte) (values.aBoolean() ? 1 : 0);
        Arrays.fill(bytes, 1, Math.min(bytes.length, 8), (byte) 0);
      }
      try {
        T value = test.serde().deserializer().deserialize("topic", EMPTY, bytes);
        assertThat(value).as("seed %d, value %d", seed, i).isNotNull();
      } catch (SerializationException e) {
        assertThat(e)
            .as("seed %d, value %d", seed, i)
            .hasMessageStartingWith("topic topic: expected");
      }
    }
  }

  /** Cutting bytes off, or adding one, is noticed by every type that says where it ends. */
  @ParameterizedTest
  @MethodSource("cases")
  <T> void truncatedAndTrailingBytesAreRefused(Case<T> test) {
    if (List.of("string", "bytes", "bytebuffer", "namespaced-name").contains(test.serde().name())) {
      return; // these end where the bytes end
    }
    long seed = Seeds.next();
    var values = new RandomValues(seed);
    for (int i = 0; i < 200; i++) {
      byte[] bytes = written(test.serde(), test.value().apply(values));
      for (int length = 0; length <= bytes.length + 1; length++) {
        byte[] other = Arrays.copyOf(bytes, length);
        if (length != bytes.length) {
          assertThatThrownBy(() -> test.serde().deserializer().deserialize("topic", EMPTY, other))
              .as("seed %d, value %d, length %d", seed, i, length)
              .isInstanceOf(SerializationException.class);
        }
      }
    }
  }

  @ParameterizedTest(name = "{0} of {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          long      | 0102030405 | a long of 8 bytes, found 5 bytes (01 02 03 04 05)
          integer   | ''         | an integer of 4 bytes, found 0 bytes
          integer   | 0000000001 | an integer of 4 bytes, found 5 bytes (00 00 00 00 01)
          short     | 01         | a short of 2 bytes, found 1 byte (01)
          float     | 01         | a float of 4 bytes, found 1 byte (01)
          double    | 01         | a double of 8 bytes, found 1 byte (01)
          boolean   | 0100       | a boolean of 1 byte, found 2 bytes (01 00)
          boolean   | 02         | a boolean, 0 or 1, found 2 (02)
          boolean   | ff         | a boolean, 0 or 1, found 255 (ff)
          uuid      | 2d         | a UUID as text of 36 bytes, found 1 byte (2d)
          void      | ''         | null, found 0 bytes
          string    | 61c328     | UTF-8 text, found malformed bytes at byte 1 (61 c3 28)
          string    | 6162e282   | UTF-8 text, found malformed bytes at byte 2 (61 62 e2 82)
          string    | eda080     | UTF-8 text, found malformed bytes at byte 0 (ed a0 80)
          string    | c080       | UTF-8 text, found malformed bytes at byte 0 (c0 80)
          string    | efbfbdff   | UTF-8 text, found malformed bytes at byte 3 (ef bf bd ff)
          varint    | ''         | a varint of 1 to 5 bytes, found 0 bytes
          varint    | 80         | a varint of 1 to 5 bytes, found no end within 1 byte (80)
          varint    | 0101       | a varint of 1 to 5 bytes, found its end at byte 0 of 2 (01 01)
          varint    | 8000       | a varint of 1 to 5 bytes, found a number padded with zeros (80 00)
          varint    | 8080808010 | a varint within 32 bits, found the number 2147483648 (80 80 80 80 10)
          varlong   | ffffffffffffffffff02 | a varlong of 1 to 10 bytes, found a number of more than 64 bits (ff ff ff ff ff ff ff ff ff 02)
          instant   | 00000000000000003b9aca00 | an instant of 12 bytes, found 1000000000 nanoseconds within a second (00 00 00 00 00 00 00 00 3b 9a ca 00)
          instant   | 7fffffffffffffff00000000 | an instant of 12 bytes, found 9223372036854775807 seconds, outside the range of instants (7f ff ff ff ff ff ff ff 00 00 00 00)
          namespaced-name | ''   | text like namespace/name or name, found a name cannot be empty
          namespaced-name | 2f61 | text like namespace/name or name, found a namespace cannot be empty or have a slash, was "" (2f 61)
          list(long) | ''        | a list, found only 0 bytes of it
          list(long) | 02        | a list, of form 0 or 1 in its first byte, found form 2 (02)
          list(long) | 0000000000000000027f | a list of 2 elements of 8 bytes, 0 of them null, found 1 byte of elements (00 00 00 00 00 00 00 00 02 7f)
          list(long) | 00000000010000000200000001 | null indexes below the list's count 1, found 2 (00 00 00 00 01 00 00 00 02 00 00 00 01)
          list(long) | 000000000200000001000000010000000200 | a list's null indexes, ascending, found index 1 (00 00 00 00 02 00 00 00 01 00 00 00 01 00 00 00 …)
          list(long) | 007fffffff | a list, found 2147483647 null indexes (00 7f ff ff ff)
          list(string) | 000000000000000000 | a list whose elements carry their sizes, found one of the constant form (00 00 00 00 00 00 00 00 00)
          list(string) | 017fffffff | a list of 2147483647 elements, found 0 bytes of elements (01 7f ff ff ff)
          list(string) | 01000000017fffffff | element 0 of 1 in a list, of 2147483647 bytes, found 0 bytes (01 00 00 00 01 7f ff ff ff)
          list(string) | 0100000001fffffffe | element 0 of 1 in a list, of -2 bytes, found 0 bytes (01 00 00 00 01 ff ff ff fe)
          list(string) | 010000000000 | the end after 0 elements of a list, found 1 byte more (01 00 00 00 00 00)
          """)
  void badBytesAreRefusedWithTopicExpectedAndFound(String name, String hex, String claim) {
    var deserializer = Serdes.byName(name).deserializer();
    assertThatThrownBy(
            () -> deserializer.deserialize("orders", EMPTY, HexFormat.of().parseHex(hex)))
        .isInstanceOf(SerializationException.class)
        .hasMessage(
            "topic orders: expected "
                + claim
                + "; read it with the serde that it was written with");
  }

  @Test
  void aUuidOfTheRightLengthButAnotherFormIsRefused() {
    for (String text :
        List.of(
            "8b6ff8d1-3f2c-4c3e-9d0e-2a4f6f0c7a1g",
            "08b6ff8d-3f2c-4c3e-9d0e-2a4f6f0c7a-1",
            "8b6ff8d13f2c-4c3e-9d0e-2a4f6f0c7a111")) {
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      assertThatThrownBy(() -> Serdes.UUID().deserializer().deserialize("orders", EMPTY, bytes))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("expected a UUID as text of 36 bytes, found other text (");
    }
  }

  @Test
  void aTextThatHoldsTheReplacementCharacterIsReadAsItWasWritten() {
    assertThat(roundTrip(Serdes.String(), "a\uFFFDb")).isEqualTo("a\uFFFDb");
  }

  @Test
  void emptyIsNotNull() {
    assertThat(written(Serdes.String(), "")).isEmpty();
    assertThat(Serdes.String().deserializer().deserialize("topic", EMPTY, new byte[0])).isEmpty();
    assertThat(Serdes.ByteArray().deserializer().deserialize("topic", EMPTY, new byte[0]))
        .isEmpty();
  }

  @Test
  void voidTakesNothingButNull() {
    assertThat(Serdes.Void().serializer().serialize("topic", EMPTY, null)).isNull();
    assertThat(Serdes.Void().deserializer().deserialize("topic", EMPTY, null)).isNull();
    assertThat(Serdes.Void().immutable()).isTrue();
  }

  @Test
  void writtenBytesAreNotThoseOfTheValue() {
    byte[] value = {1, 2};
    byte[] bytes = written(Serdes.ByteArray(), value);
    value[0] = 9;
    assertThat(bytes).containsExactly(1, 2);

    var buffer = ByteBuffer.wrap(new byte[] {1, 2, 3}).position(1);
    byte[] bufferBytes = written(Serdes.ByteBuffer(), buffer);
    buffer.put(0, (byte) 9);
    assertThat(bufferBytes).containsExactly(1, 2, 3);
    assertThat(buffer.position()).isEqualTo(1);
  }

  @Test
  void anInstantIsSecondsThenNanoseconds() {
    assertThat(written(Serdes.Instant(), Instant.parse("1969-12-31T23:59:59.000000002Z")))
        .asHexString()
        .isEqualTo("FFFFFFFFFFFFFFFF00000002");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 00",
    "-1, 01",
    "1, 02",
    "63, 7e",
    "-64, 7f",
    "64, 8001",
    "2147483647, feffffff0f",
    "-2147483648, ffffffff0f"
  })
  void aVarIntIsZigZagSevenBitsAByteLowestFirst(int value, String hex) {
    assertThat(HexFormat.of().formatHex(written(Serdes.VarInt(), value))).isEqualTo(hex);
    assertThat(HexFormat.of().formatHex(written(Serdes.VarLong(), (long) value))).isEqualTo(hex);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {"ns/name, ns, name", "name, -, name", "ns/a/b, ns, a/b", "/, -, /", "ns//, ns, /"})
  void aNamespacedNameIsItsText(String text, @Nullable String namespace, String name) {
    var parsed = NamespacedName.parse(text);
    assertThat(parsed).isEqualTo(new NamespacedName(namespace, name)).hasToString(text);
    assertThat(written(Serdes.NamespacedName(), parsed))
        .isEqualTo(text.getBytes(StandardCharsets.UTF_8));
  }

  static Stream<Arguments> badNames() {
    return Stream.of(
        Arguments.of(null, ""),
        Arguments.of("ns", ""),
        Arguments.of("", "name"),
        Arguments.of("a/b", "name"),
        Arguments.of(null, "a/b"));
  }

  @ParameterizedTest
  @MethodSource("badNames")
  void aNameThatNoTextStandsForIsRefused(@Nullable String namespace, String name) {
    assertThatThrownBy(() -> new NamespacedName(namespace, name))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aListIsReadAsTheClassAskedFor() {
    var serde = Serdes.ListSerde(LinkedList.class, Serdes.Integer());
    assertThat(roundTrip(serde, List.of(1, 2)))
        .isInstanceOf(LinkedList.class)
        .containsExactly(1, 2);
    assertThat(roundTrip(Serdes.ListSerde(Serdes.Integer()), List.of(1)))
        .isInstanceOf(ArrayList.class);
  }

  @Test
  void aListClassThatCannotBeMadeIsRefusedAtOnce() {
    assertThatThrownBy(() -> Serdes.ListSerde(List.class, Serdes.Integer()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a list class has a public constructor without parameters, java.util.List has not;"
                + " use ListSerde(inner)");
    assertThatThrownBy(() -> Serdes.ListSerde(java.util.AbstractList.class, Serdes.Integer()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anElementsErrorIsTheListsError() {
    byte[] bytes = HexFormat.of().parseHex("010000000100000001ff");
    assertThatThrownBy(
            () ->
                Serdes.ListSerde(Serdes.String()).deserializer().deserialize("tags", EMPTY, bytes))
        .isInstanceOf(SerializationException.class)
        .hasMessageStartingWith("topic tags: expected UTF-8 text, found malformed bytes at byte 0");
  }

  @Test
  void aListsElementsSeeTopicAndHeaders() {
    Serde<String> seesAll =
        Serde.ofImmutable(
            (topic, headers, data) -> Utf8.write(topic + headers.size() + data),
            (topic, headers, data) -> topic + headers.size());
    var list = Serdes.ListSerde(seesAll);
    var headers = EMPTY.add("a", null);
    byte[] bytes = list.serializer().serialize("t", headers, List.of("x"));
    assertThat(bytes).asHexString().endsWith("743178");
    assertThat(list.deserializer().deserialize("t", headers, bytes)).containsExactly("t1");
  }

  static <T> byte[] written(Serde<T> serde, T value) {
    byte[] bytes = serde.serializer().serialize("topic", EMPTY, value);
    return Objects.requireNonNull(bytes);
  }

  private static <T> @Nullable T roundTrip(Serde<T> serde, T value) {
    return serde.deserializer().deserialize("topic", EMPTY, written(serde, value));
  }
}
