package io.headwater.serde;

import static io.headwater.serde.Headers.EMPTY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.ByteUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The serdes that Kafka has read and write what Kafka's own do. */
class KafkaSerdesTest {
  private static final int VALUES = 2_000;

  /** Kafka's serdes under a name that differs from ours. */
  private static final class Kafka extends org.apache.kafka.common.serialization.Serdes {}

  record Case<T>(
      Serde<T> serde,
      org.apache.kafka.common.serialization.Serde<T> kafka,
      Function<RandomValues, T> value) {
    @Override
    public String toString() {
      return serde.name();
    }

    /** The same for lists of such values, null ones among them. */
    @SuppressWarnings("NullAway") // a list of Kafka's may have null elements
    Case<List<T>> list() {
      return new Case<>(
          Serdes.ListSerde(serde),
          Kafka.ListSerde(arrayList(), kafka),
          values -> values.listOf(() -> value.apply(values)));
    }

    @SuppressWarnings("unchecked") // Kafka asks for the class of a list of one type: there is none
    private static <T> Class<ArrayList<T>> arrayList() {
      return (Class<ArrayList<T>>) (Class<?>) ArrayList.class;
    }
  }

  static List<Case<?>> scalars() {
    return List.of(
        new Case<>(Serdes.String(), Kafka.String(), RandomValues::text),
        new Case<>(Serdes.Long(), Kafka.Long(), RandomValues::aLong),
        new Case<>(Serdes.Integer(), Kafka.Integer(), RandomValues::anInt),
        new Case<>(Serdes.Short(), Kafka.Short(), RandomValues::aShort),
        new Case<>(Serdes.Float(), Kafka.Float(), RandomValues::aFloat),
        new Case<>(Serdes.Double(), Kafka.Double(), RandomValues::aDouble),
        new Case<>(Serdes.Boolean(), Kafka.Boolean(), RandomValues::aBoolean),
        new Case<>(Serdes.UUID(), Kafka.UUID(), RandomValues::aUuid),
        new Case<>(Serdes.ByteArray(), Kafka.ByteArray(), RandomValues::bytes),
        new Case<>(Serdes.ByteBuffer(), Kafka.ByteBuffer(), RandomValues::byteBuffer));
  }

  static Stream<Case<?>> cases() {
    return scalars().stream()
        .flatMap(scalar -> Stream.of(scalar, scalar.list(), scalar.list().list()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  <T> void theBytesAreKafkas(Case<T> test) {
    long seed = Seeds.next();
    var values = new RandomValues(seed);
    for (int i = 0; i < VALUES; i++) {
      T value = test.value().apply(values);
      // Ours first: Kafka's moves the position of a buffer.
      byte[] ours = test.serde().serializer().serialize("topic", EMPTY, value);
      byte[] kafkas = test.kafka().serializer().serialize("topic", value);
      assertThat(ours).as("seed %d, value %d", seed, i).isEqualTo(kafkas);
      T read = test.serde().deserializer().deserialize("topic", EMPTY, kafkas.clone());
      assertThat(test.serde().serializer().serialize("topic", EMPTY, read))
          .as("read and written again; seed %d, value %d", seed, i)
          .isEqualTo(kafkas);
    }
  }

  @ParameterizedTest
  @MethodSource("scalars")
  <T> void theValuesReadAreKafkas(Case<T> test) {
    long seed = Seeds.next();
    var values = new RandomValues(seed);
    for (int i = 0; i < VALUES; i++) {
      byte[] bytes = test.kafka().serializer().serialize("topic", test.value().apply(values));
      assertThat(test.serde().deserializer().deserialize("topic", EMPTY, bytes))
          .as("seed %d, value %d", seed, i)
          .isEqualTo(test.kafka().deserializer().deserialize("topic", bytes));
    }
  }

  @Test
  void aListThatEndsInAnEmptyElementIsReadThoughKafkaCannot() {
    byte[] bytes =
        Kafka.ListSerde(Case.<String>arrayList(), Kafka.String())
            .serializer()
            .serialize("topic", List.of("a", ""));
    assertThat(Serdes.ListSerde(Serdes.String()).deserializer().deserialize("topic", EMPTY, bytes))
        .containsExactly("a", "");
  }

  @ParameterizedTest
  @MethodSource("cases")
  <T> void nullIsKafkas(Case<T> test) {
    assertThat(test.serde().serializer().serialize("topic", EMPTY, null))
        .isEqualTo(test.kafka().serializer().serialize("topic", null));
  }

  @ParameterizedTest
  @MethodSource("cases")
  <T> void theEmptyListIsKafkas(Case<T> test) {
    var list = test.list();
    assertThat(list.serde().serializer().serialize("topic", EMPTY, List.of()))
        .isEqualTo(list.kafka().serializer().serialize("topic", List.of()));
  }

  @ParameterizedTest
  @MethodSource("scalars")
  <T> void whatKafkaRefusesIsRefused(Case<T> test) {
    long seed = Seeds.next();
    var values = new RandomValues(seed);
    for (int i = 0; i < VALUES; i++) {
      byte[] bytes = values.bytes();
      if (kafkaRefuses(test, bytes)) {
        assertThatThrownBy(() -> test.serde().deserializer().deserialize("topic", EMPTY, bytes))
            .as("seed %d, bytes %s", seed, HexFormat.of().formatHex(bytes))
            .isInstanceOf(SerializationException.class);
      }
    }
  }

  private static <T> boolean kafkaRefuses(Case<T> test, byte[] bytes) {
    try {
      test.kafka().deserializer().deserialize("topic", bytes);
      return false;
    } catch (RuntimeException e) { // of several kinds
      return true;
    }
  }

  @Test
  void aLoneSurrogateIsKafkasQuestionMark() {
    for (String text : List.of("a\uD800b", "\uDC00", "\uD800\uD800\uDC00")) {
      assertThat(Serdes.String().serializer().serialize("topic", EMPTY, text))
          .isEqualTo(Kafka.String().serializer().serialize("topic", text));
    }
  }

  @Test
  void aListThatIsRenamedInsideKeepsItsForm() {
    var list = Serdes.ListSerde(Serdes.Long().named("line-number"));
    assertThat(list.name()).isEqualTo("list(line-number)");
    assertThat(list.serializer().serialize("topic", EMPTY, List.of(1L)))
        .isEqualTo(
            Serdes.ListSerde(Serdes.Long()).serializer().serialize("topic", EMPTY, List.of(1L)));
  }

  @Test
  void varIntsAreThoseOfKafkasRecordBatches() {
    long seed = Seeds.next();
    var values = new RandomValues(seed);
    for (int i = 0; i < VALUES; i++) {
      int value = values.anInt();
      var kafkas = ByteBuffer.allocate(ByteUtils.sizeOfVarint(value));
      ByteUtils.writeVarint(value, kafkas);
      assertThat(Serdes.VarInt().serializer().serialize("topic", EMPTY, value))
          .as("seed %d, value %d", seed, value)
          .isEqualTo(kafkas.array());
    }
  }

  @Test
  void varLongsAreThoseOfKafkasRecordBatches() {
    long seed = Seeds.next();
    var values = new RandomValues(seed);
    for (int i = 0; i < VALUES; i++) {
      long value = values.aLong();
      var kafkas = ByteBuffer.allocate(ByteUtils.sizeOfVarlong(value));
      ByteUtils.writeVarlong(value, kafkas);
      assertThat(Serdes.VarLong().serializer().serialize("topic", EMPTY, value))
          .as("seed %d, value %d", seed, value)
          .isEqualTo(kafkas.array());
    }
  }

  /** Bytes written down, so that a change of both sides at once is noticed. */
  @ParameterizedTest
  @CsvSource({
    "string, aé, 61c3a9",
    "long, -2, fffffffffffffffe",
    "integer, 258, 00000102",
    "short, 258, 0102",
    "float, 1.5, 3fc00000",
    "double, 1.5, 3ff8000000000000"
  })
  void theBytesAreTheseOnes(String name, String text, String hex) {
    Object read =
        Serdes.byName(name).deserializer().deserialize("t", EMPTY, HexFormat.of().parseHex(hex));
    assertThat(read).hasToString(text);
  }
}
