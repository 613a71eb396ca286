package io.headwater.serde.json;

import static io.headwater.serde.Headers.EMPTY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import io.headwater.serde.Serde;
import io.headwater.serde.Serdes;
import io.headwater.serde.SerializationException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("ArrayRecordComponent") // what arrays in records do is a part of the claims
class JsonSerdeTest {
  enum Kind {
    ARRIVAL,
    DEPARTURE
  }

  record Money(BigDecimal amount, String currency) {}

  record Order(String id, int count, double weight, @Nullable Kind kind, @Nullable Money price) {}

  record Times(Instant at, LocalDate day, OffsetDateTime local, Duration took) {}

  record Tree(String name, @Nullable Tree left, @Nullable Tree right) {}

  record Basket(String id, List<Order> orders) {}

  record Bytes(byte[] data) {}

  record Pair<A>(A first, A second) {}

  record Measured(float small, double @Nullable [] samples) {}

  static final class Mutable {
    public int count;
  }

  private static final JsonSerde<Order> ORDERS = JsonSerde.of(Order.class);

  @Test
  void propertiesAreWrittenInTheOrderOfTheRecord() {
    var order = new Order("a", 2, 0.5, Kind.ARRIVAL, new Money(new BigDecimal("12.10"), "EUR"));
    assertThat(json(ORDERS, order))
        .isEqualTo(
            """
            {"id":"a","count":2,"weight":0.5,"kind":"ARRIVAL",\
            "price":{"amount":12.10,"currency":"EUR"}}""");
  }

  @Test
  void whatIsWrittenIsReadBack() {
    long seed = Long.getLong("headwater.tests.seed", System.nanoTime());
    System.out.println("headwater.tests.seed=" + seed);
    var random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      var order =
          new Order(
              text(random),
              random.nextInt(),
              random.nextGaussian() * Math.pow(10, random.nextInt(600) - 300),
              random.nextBoolean() ? null : Kind.values()[random.nextInt(2)],
              random.nextBoolean()
                  ? null
                  : new Money(BigDecimal.valueOf(random.nextLong(), random.nextInt(9)), "EUR"));
      assertThat(roundTrip(ORDERS, order)).as("seed %d, value %d", seed, i).isEqualTo(order);
    }
  }

  /** A cut anywhere is noticed, and so is anything but white space after the end. */
  @Test
  void everyTruncationAndTrailingByteIsRefused() {
    byte[] bytes = json(ORDERS, new Order("é\"\n", -2, 1e-7, Kind.DEPARTURE, null)).getBytes(UTF_8);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> read(ORDERS, cut))
          .as("length %d", length)
          .isInstanceOf(SerializationException.class)
          .hasMessageStartingWith("topic orders: expected JSON of Order, found an error at byte ");
    }
    for (String trailing : List.of("\0", "}", "1", "null", "{}", ",")) {
      byte[] longer = (new String(bytes, UTF_8) + trailing).getBytes(UTF_8);
      assertThatThrownBy(() -> read(ORDERS, longer))
          .as("then %s", trailing)
          .isInstanceOf(SerializationException.class);
    }
    assertThat(read(ORDERS, (new String(bytes, UTF_8) + " \n").getBytes(UTF_8))).isNotNull();
  }

  @Test
  void nullIsWrittenAndReadAsNull() {
    for (Serde<?> serde : List.of(ORDERS, JsonSerde.tree())) {
      assertThat(serde.serializer().serialize("orders", EMPTY, null)).isNull();
      assertThat(serde.deserializer().deserialize("orders", EMPTY, null)).isNull();
    }
  }

  @Test
  void theJsonNullIsAValueOfATreeOnly() {
    assertThat(json(JsonSerde.tree(), NullNode.getInstance())).isEqualTo("null");
    assertThat(read(JsonSerde.tree(), "null")).isEqualTo(NullNode.getInstance());
    assertThatThrownBy(() -> read(ORDERS, "null"))
        .isInstanceOf(SerializationException.class)
        .hasMessage(
            "topic orders: expected JSON of Order, found null at byte 0; an absent value has no"
                + " bytes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                                       | an error at byte 0: No content to map due to end-of-input
          {"id":"a"                                | an error at byte 9: Unexpected end-of-input: expected close marker for Object
          {"id":"a","count":"2","weight":1}        | an error at byte 18, count: Cannot coerce String value ("2") to `int`
          {"id":"a","count":1.5,"weight":1}        | an error at byte 18, count: Cannot coerce Floating-point value (1.5) to `int`
          """)
  void badJsonIsRefusedWithTopicTypePositionAndProperty(@Nullable String text, String claim) {
    assertThatThrownBy(() -> read(ORDERS, text == null ? "" : text))
        .isInstanceOf(SerializationException.class)
        .hasMessageStartingWith("topic orders: expected JSON of Order, found " + claim);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "7",
        "\"text\"",
        "{'id':1}",
        "{\"id\":\"a\",\"count\":null,\"weight\":1}",
        "{\"id\":\"a\",\"weight\":1}",
        "{\"id\":\"a\",\"count\":3000000000,\"weight\":1}",
        "{\"id\":\"a\",\"count\":1,\"weight\":\"1.5\"}",
        "{\"id\":\"a\",\"count\":1,\"weight\":NaN}",
        "{\"id\":\"a\",\"count\":1,\"weight\":\"NaN\"}",
        "{\"id\":\"a\",\"count\":1,\"weight\":\"-Infinity\"}",
        "{\"id\":\"a\",\"count\":1,\"weight\":1e400}",
        "{\"id\":\"a\",\"count\":1,\"weight\":1,\"kind\":0}",
        "{\"id\":\"a\",\"count\":1,\"weight\":1,\"kind\":\"TAXI\"}"
      })
  void aValueOfAnotherTypeIsRefused(String json) {
    assertThatThrownBy(() -> read(ORDERS, json))
        .isInstanceOf(SerializationException.class)
        .hasMessageStartingWith("topic orders: expected JSON of Order, found an error at byte ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"small\":1e39}",
        "{\"small\":\"NaN\"}",
        "{\"small\":1,\"samples\":[1,1e400]}",
        "{\"small\":1,\"samples\":[1,\"Infinity\"]}"
      })
  void aFloatOrAnArrayHoldsFiniteNumbersOnly(String json) {
    assertThatThrownBy(() -> read(JsonSerde.of(Measured.class), json))
        .isInstanceOf(SerializationException.class);
  }

  static Stream<Object> valuesWithNumbersThatAreNone() {
    return Stream.of(
        new Order("a", 1, Double.NaN, null, null),
        new Order("a", 1, Double.NEGATIVE_INFINITY, null, null),
        new Measured(Float.NaN, null),
        new Measured(1, new double[] {1, Double.POSITIVE_INFINITY}),
        Map.of("a", Double.NaN),
        JsonNodeFactory.instance.objectNode().put("a", Float.POSITIVE_INFINITY));
  }

  @ParameterizedTest
  @MethodSource("valuesWithNumbersThatAreNone")
  void nanAndInfinityAreNotWritten(Object value) {
    for (var mapper : List.of(JsonSerde.mapper().build(), new ObjectMapper())) {
      assertThatThrownBy(
              () ->
                  JsonSerde.of(Object.class)
                      .withMapper(mapper)
                      .serializer()
                      .serialize("orders", EMPTY, value))
          .isInstanceOf(SerializationException.class)
          .hasMessageStartingWith("topic orders: cannot write Object as JSON")
          .hasMessageContaining(" is no number in JSON");
    }
  }

  @Test
  void aWriteErrorNamesTheProperty() {
    var basket = new Basket("b", List.of(new Order("a", 1, Double.NaN, null, null)));
    assertThatThrownBy(
            () -> JsonSerde.of(Basket.class).serializer().serialize("baskets", EMPTY, basket))
        .isInstanceOf(SerializationException.class)
        .hasMessage(
            "topic baskets: cannot write Basket as JSON, orders[0].weight: NaN is no number in"
                + " JSON");
  }

  @Test
  void aReadErrorNamesThePropertyWithinProperties() {
    assertThatThrownBy(
            () ->
                read(
                    JsonSerde.of(Basket.class),
                    "{\"id\":\"b\",\"orders\":[{\"id\":\"a\",\"count\":true,\"weight\":1}]}"))
        .hasMessageContaining("found an error at byte 38, orders[0].count: ");
  }

  @Test
  void propertiesThatTheClassDoesNotKnowArePassedOver() {
    assertThat(read(ORDERS, "{\"id\":\"a\",\"new\":{\"x\":[1]},\"count\":1,\"weight\":2}"))
        .isEqualTo(new Order("a", 1, 2, null, null));
  }

  @Test
  void timesAreIsoTextAndKeepTheirZone() {
    var times =
        new Times(
            Instant.parse("2001-01-01T00:47:00.000000001Z"),
            LocalDate.of(2001, 1, 1),
            OffsetDateTime.parse("2001-01-01T00:47:00+05:30"),
            Duration.ofMillis(1_500));
    var serde = JsonSerde.of(Times.class);
    assertThat(json(serde, times))
        .isEqualTo(
            """
            {"at":"2001-01-01T00:47:00.000000001Z","day":"2001-01-01",\
            "local":"2001-01-01T00:47:00+05:30","took":"PT1.5S"}""");
    assertThat(roundTrip(serde, times)).isEqualTo(times);
    assertThat(read(JsonSerde.of(Instant.class), "978310020000"))
        .isEqualTo(Instant.parse("2001-01-01T00:47:00Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"b\":1,\"a\":[true,null,\"é\",{}]}",
        "0.10",
        "123456789012345678901234567890.123456789",
        "1E+400",
        "-9223372036854775809"
      })
  void aTreeKeepsOrderAndEveryDigit(String json) {
    assertThat(json(JsonSerde.tree(), Objects.requireNonNull(read(JsonSerde.tree(), json))))
        .isEqualTo(json);
  }

  @Test
  void aTreeWithAPropertyTwiceIsRefused() {
    assertThatThrownBy(() -> read(JsonSerde.tree(), "{\"a\":1,\"a\":2}"))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("expected JSON of JsonNode");
  }

  @Test
  void aTypeWithParametersIsReadAsSuch() {
    var serde = JsonSerde.of(new TypeReference<Map<String, List<Money>>>() {});
    var value = new LinkedHashMap<String, List<Money>>();
    value.put("a", List.of(new Money(BigDecimal.ONE, "EUR")));
    assertThat(roundTrip(serde, value)).isEqualTo(value);
    assertThat(serde.immutable()).isFalse();
  }

  @Test
  void aGivenMapperDecides() {
    var mapper =
        JsonSerde.mapper().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
    record Leg(String flightNumber) {}
    var serde = JsonSerde.of(Leg.class).withMapper(mapper);
    assertThat(json(serde, new Leg("LH1"))).isEqualTo("{\"flight_number\":\"LH1\"}");
    assertThat(serde.immutable()).isTrue();
  }

  static Stream<Arguments> types() {
    return Stream.of(
        Arguments.of(Order.class, true),
        Arguments.of(Times.class, true),
        Arguments.of(Tree.class, true),
        Arguments.of(String.class, true),
        Arguments.of(UUID.class, true),
        Arguments.of(Kind.class, true),
        Arguments.of(Basket.class, false),
        Arguments.of(Bytes.class, false),
        Arguments.of(Pair.class, false),
        Arguments.of(Mutable.class, false),
        Arguments.of(JsonNode.class, false),
        Arguments.of(List.class, false),
        Arguments.of(int[].class, false));
  }

  @ParameterizedTest
  @MethodSource("types")
  void aTypeIsImmutableIfAllOfItIs(Class<?> type, boolean immutable) {
    assertThat(JsonSerde.of(type).immutable()).isEqualTo(immutable);
    assertThat(JsonSerde.of(type).asImmutable().immutable()).isTrue();
  }

  @Test
  void toolsFindItByName() {
    assertThat(ORDERS.name()).isEqualTo("json");
    var names = Serdes.names().plus(JsonSerde.tree());
    assertThat(names.find("list(json)").name()).isEqualTo("list(json)");
  }

  @Test
  void aValueIsReadAnewEachTime() {
    byte[] bytes = "{\"count\":1}".getBytes(UTF_8);
    var serde = JsonSerde.of(Mutable.class);
    var first = Objects.requireNonNull(read(serde, bytes));
    first.count = 7;
    assertThat(Objects.requireNonNull(read(serde, bytes)).count).isEqualTo(1);
  }

  private static String text(Random random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(9); i > 0; i--) {
      int codePoint = random.nextInt(random.nextBoolean() ? 0x80 : 0x110000);
      text.appendCodePoint(
          codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE
              ? 'x'
              : codePoint);
    }
    return text.toString();
  }

  private static <T> String json(Serde<T> serde, T value) {
    return new String(
        Objects.requireNonNull(serde.serializer().serialize("orders", EMPTY, value)), UTF_8);
  }

  private static <T> @Nullable T read(Serde<T> serde, String json) {
    return read(serde, json.getBytes(UTF_8));
  }

  private static <T> @Nullable T read(Serde<T> serde, byte[] json) {
    return serde.deserializer().deserialize("orders", EMPTY, json);
  }

  private static <T> @Nullable T roundTrip(Serde<T> serde, T value) {
    return read(serde, json(serde, value));
  }
}
