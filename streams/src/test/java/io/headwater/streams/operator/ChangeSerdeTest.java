package io.headwater.streams.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.serde.Headers;
import io.headwater.serde.Serdes;
import io.headwater.serde.SerializationException;
import java.util.Random;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.kstream.internals.ChangedSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChangeSerdeTest {
  private final ChangeSerde<String> serde = new ChangeSerde<>(Serdes.String());

  @Test
  void changesAreKafkasBytes() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    try (var theirs = new ChangedSerializer<>(new StringSerializer())) {
      for (int i = 0; i < 500; i++) {
        String added = random.nextInt(3) == 0 ? null : "a".repeat(random.nextInt(300));
        String removed =
            added == null || random.nextBoolean() ? "r".repeat(random.nextInt(300)) : null;
        byte[] expected =
            theirs.serialize(
                "t",
                new RecordHeaders(),
                new org.apache.kafka.streams.kstream.internals.Change<>(added, removed));
        byte[] bytes = bytes(added, removed);
        assertThat(bytes).as("seed %d, change %d", seed, i).isEqualTo(expected);
        assertThat(serde.deserializer().deserialize("t", Headers.EMPTY, bytes))
            .as("seed %d, change %d", seed, i)
            .isEqualTo(new Change<>(added, removed));
      }
    }
  }

  private byte @Nullable [] bytes(@Nullable String added, @Nullable String removed) {
    return serde.serializer().serialize("t", Headers.EMPTY, new Change<>(added, removed));
  }

  @Test
  void bytesThatAreNoChangeAreRefused() {
    var deserializer = serde.deserializer();
    assertThatThrownBy(() -> deserializer.deserialize("t", Headers.EMPTY, new byte[0]))
        .isInstanceOf(SerializationException.class);
    assertThatThrownBy(() -> deserializer.deserialize("t", Headers.EMPTY, new byte[] {1, 9}))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("ends in 0, 1 or 2, not in 9");
    assertThatThrownBy(() -> deserializer.deserialize("t", Headers.EMPTY, new byte[] {100, 2}))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("a new value of 50 bytes in a change of 2 bytes");
    assertThatThrownBy(() -> bytes(null, null))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("nothing to nothing");
  }
}
