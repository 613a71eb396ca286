package io.headwater.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.storage.Storage;
import io.headwater.log.testing.ManualClock;
import io.headwater.serde.Headers;
import io.headwater.serde.Serde;
import io.headwater.serde.Serdes;
import io.headwater.serde.SerializationException;
import io.headwater.serde.json.JsonSerde;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TypedLogTest {
  private static final Path FOLDER = Path.of("data", "orders-0");
  private static final Duration DAY = Duration.ofDays(1);

  private final Storage storage = Storage.memory();
  private final ManualClock clock = new ManualClock(1_000);

  /** What a user's own type looks like. */
  record Order(String item, int count) {}

  private Log raw() {
    return Log.open(storage, FOLDER, LogOptions.builder().clock(clock).build());
  }

  private TypedLog<String, Long> open() {
    return TypedLog.of(raw(), Serdes.String(), Serdes.VarLong());
  }

  private static <K, V> TypedMessage<K, V> at(long offset, TypedMessage<K, V> message) {
    return new TypedMessage<>(
        offset, message.timestampMs(), message.key(), message.value(), message.headers());
  }

  @Test
  @DisplayName("KL-127, KL-135: messages of objects are read by every way that the raw log has")
  void everyWayOfReading() {
    var headers = Headers.EMPTY.add("trace", null);
    var one = TypedMessage.of("a", 1L).withTimestamp(10);
    var two = TypedMessage.of("b", -2L).withTimestamp(20).withHeaders(headers);
    var three = TypedMessage.<String, Long>of(null, null).withTimestamp(30);
    try (TypedLog<String, Long> log = open()) {
      assertThat(log.publish(List.of(one, two))).isEqualTo(2);
      assertThat(log.publish(three)).isEqualTo(3);
      assertThat(log.publish("d", 4L)).isEqualTo(4);
      var all =
          List.of(
              at(0, one),
              at(1, two),
              at(2, three),
              at(3, TypedMessage.of("d", 4L).withTimestamp(1_000)));

      assertThat(log.consume(Log.OLDEST, 10)).isEqualTo(new TypedConsumed<>(4, all));
      assertThat(log.consume(1, 2)).isEqualTo(new TypedConsumed<>(3, all.subList(1, 3)));
      assertThat(log.consume(1, 10, 1).messages()).isEqualTo(all.subList(1, 2));
      assertThat(log.get(1)).isEqualTo(all.get(1));
      assertThat(log.get(Log.NEWEST)).isEqualTo(all.get(3));
      assertThat(log.getByTime(15)).isEqualTo(all.get(1));
      assertThat(log.getByTime(Instant.ofEpochMilli(21))).isEqualTo(all.get(2));
      assertThat(log.offsetByTime(15)).isEqualTo(new OffsetAndTimestamp(1, 20));
      assertThat(log.offsetByTime(Instant.ofEpochMilli(30)).offset()).isEqualTo(2);
      assertThat(log.nextOffset()).isEqualTo(4);
      assertThat(log.range()).isEqualTo(new OffsetRange(0, 4));
      assertThat(log.sync()).isEqualTo(4);
      assertThat(log.recovery()).isEqualTo(new Recovery.Clean());
      assertThatThrownBy(() -> log.consume(5, 1)).isInstanceOf(OffsetOutOfRangeException.class);
      assertThatThrownBy(() -> log.get(4)).isInstanceOf(OffsetOutOfRangeException.class);
    }
  }

  @Test
  @DisplayName("KL-128: it waits for messages of objects")
  void waiting() throws Exception {
    try (TypedLog<String, Long> log = open()) {
      var waiting = LogContract.Elsewhere.waiting(() -> log.consumeBlocking(Log.NEWEST, 10, DAY));
      log.publish("a", 7L);
      assertThat(waiting.result().messages()).extracting(TypedMessage::value).containsExactly(7L);
      assertThat(log.consumeBlocking(1, 10, Duration.ZERO).nextOffset()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("KL-129, KL-132, KL-133: null and empty text differ, as key and as value")
  void nullAndEmptyDiffer() {
    try (TypedLog<String, String> log = TypedLog.of(raw(), Serdes.String(), Serdes.String())) {
      log.publish(null, "");
      log.publish("", null);
      assertThat(log.get(0).key()).isNull();
      assertThat(log.get(0).value()).isEmpty();
      assertThat(log.get(1).key()).isEmpty();
      assertThat(log.get(1).value()).isNull();
      assertThat(log.raw().get(0).key()).isNull();
      assertThat(log.raw().get(0).value()).isEmpty();
      assertThat(log.raw().get(1).key()).isEmpty();
      assertThat(log.raw().get(1).value()).isNull();
    }
  }

  @Test
  @DisplayName("KL-130, KL-131: JSON; a null has no bytes")
  void json() {
    Serde<Order> orders = JsonSerde.of(Order.class);
    try (TypedLog<Order, Order> log = TypedLog.of(raw(), orders, orders)) {
      log.publish(new Order("cup", 2), null);
      log.publish(null, new Order("pot", 1));
      assertThat(log.consume(0, 10).messages())
          .extracting(TypedMessage::key)
          .containsExactly(new Order("cup", 2), null);
      assertThat(log.get(1).value()).isEqualTo(new Order("pot", 1));
      assertThat(log.raw().get(0).key())
          .isEqualTo("{\"item\":\"cup\",\"count\":2}".getBytes(UTF_8));
      assertThat(log.raw().get(0).value()).isNull();
    }
  }

  @Test
  @DisplayName("KL-134: numbers in as few bytes as they need; bytes that are none are an error")
  void numbers() {
    try (TypedLog<String, Long> log = open()) {
      long[] numbers = {0, -1, 63, -64, 64, Long.MAX_VALUE, Long.MIN_VALUE};
      int[] sizes = {1, 1, 1, 1, 2, 10, 10};
      for (int i = 0; i < numbers.length; i++) {
        log.publish("n", numbers[i]);
        assertThat(log.get(i).value()).isEqualTo(numbers[i]);
        assertThat(log.raw().get(i).value()).hasSize(sizes[i]);
      }
      log.raw().publish("n".getBytes(UTF_8), new byte[] {(byte) 0x80});
      assertThatThrownBy(() -> log.get(Log.NEWEST))
          .isInstanceOf(SerializationException.class)
          .hasMessageStartingWith(
              "orders-0: the value of the message at offset 7 cannot be read: ");
    }
  }

  @Test
  @DisplayName(
      "KL-135: what cannot be read is an error, after what is before it, and can be passed")
  void whatCannotBeRead() {
    byte[] bad = {(byte) 0xff};
    try (TypedLog<String, Long> log = open()) {
      log.publish("a", 1L);
      log.publish("b", 2L);
      log.raw().publish(bad, new byte[] {2});
      log.publish("c", 3L);
      TypedConsumed<String, Long> before = log.consume(0, 10);
      assertThat(before.messages()).extracting(TypedMessage::key).containsExactly("a", "b");
      assertThat(before.nextOffset()).isEqualTo(2);
      assertThatThrownBy(() -> log.consume(2, 10))
          .isInstanceOf(SerializationException.class)
          .hasMessageStartingWith("orders-0: the key of the message at offset 2 cannot be read: ");
      assertThat(log.raw().get(2).key()).isEqualTo(bad);
      assertThat(log.consume(3, 10).messages()).extracting(TypedMessage::key).containsExactly("c");
    }
  }

  @Test
  @DisplayName("KL-135: what cannot be written is not published, nor is what comes with it")
  void whatCannotBeWritten() {
    Serde<Long> positive =
        Serde.of(
            (topic, headers, number) -> {
              if (number != null && number < 0) {
                throw new SerializationException(topic + " takes no " + number);
              }
              return Serdes.VarLong().serializer().serialize(topic, headers, number);
            },
            Serdes.VarLong().deserializer());
    try (TypedLog<String, Long> log = TypedLog.of(raw(), Serdes.String(), positive)) {
      assertThatThrownBy(
              () -> log.publish(List.of(TypedMessage.of("a", 1L), TypedMessage.of("b", -1L))))
          .isInstanceOf(SerializationException.class)
          .hasMessage("orders-0 takes no -1");
      assertThatThrownBy(() -> log.publish("b", -1L)).isInstanceOf(SerializationException.class);
      assertThat(log.nextOffset()).isZero();
    }
  }

  @Test
  @DisplayName("KL-136, KL-137, KL-158: the raw log is at hand, and sizes are its sizes")
  void theRawLog(@TempDir Path temp) {
    try (TypedLog<String, Long> log =
        TypedLog.open(temp, LogOptions.DEFAULT, Serdes.String(), Serdes.VarLong())) {
      log.publish("key", 5L);
      Message raw = log.raw().get(0);
      assertThat(log.size(TypedMessage.of("key", 5L))).isEqualTo(log.raw().size(raw));
      assertThat(log.raw().folder()).isEqualTo(temp);
    }
  }

  @Test
  void aViewOfObjectsFollowsTheWriter() {
    try (TypedLog<String, Long> log = open();
        TypedLog<String, Long> view =
            TypedLog.of(
                Log.open(storage, FOLDER, LogOptions.builder().readOnly(true).build()),
                Serdes.String(),
                Serdes.VarLong())) {
      log.publish("a", 1L);
      assertThat(view.nextOffset()).isZero();
      assertThat(view.refresh()).isTrue();
      assertThat(view.get(0)).isEqualTo(log.get(0));
      assertThatThrownBy(() -> view.publish("a", 1L)).isInstanceOf(ReadOnlyLogException.class);
    }
  }
}
