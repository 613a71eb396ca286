package io.headwater.streams.kstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.serde.Headers;
import io.headwater.serde.Serdes;
import io.headwater.serde.SerializationException;
import io.headwater.state.TimeWindow;
import io.headwater.state.Windowed;
import org.junit.jupiter.api.Test;

class TimeWindowedSerdeTest {
  private final TimeWindowedSerde<String> serde = new TimeWindowedSerde<>(Serdes.String(), 60_000);

  @Test
  void keysOfWindowsAreKafkasBytes() {
    var key = new Windowed<>("ORD", new TimeWindow(120_000, 180_000));
    byte[] bytes = serde.serializer().serialize("t", Headers.EMPTY, key);
    var theirs =
        new org.apache.kafka.streams.kstream.TimeWindowedSerializer<>(
            new org.apache.kafka.common.serialization.StringSerializer());
    assertThat(bytes)
        .isEqualTo(
            theirs.serialize(
                "t",
                new org.apache.kafka.streams.kstream.Windowed<>(
                    "ORD",
                    new org.apache.kafka.streams.kstream.internals.TimeWindow(120_000, 180_000))));
    assertThat(serde.deserializer().deserialize("t", Headers.EMPTY, bytes)).isEqualTo(key);
  }

  @Test
  void nullStaysNull() {
    assertThat(serde.serializer().serialize("t", Headers.EMPTY, null)).isNull();
    assertThat(serde.deserializer().deserialize("t", Headers.EMPTY, null)).isNull();
  }

  @Test
  void bytesThatAreNoWindowedKeyAreRefused() {
    assertThatThrownBy(() -> serde.deserializer().deserialize("t", Headers.EMPTY, new byte[7]))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("topic t: a windowed key has at least 8 bytes, found 7");
  }
}
