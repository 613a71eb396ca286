package io.headwater.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headwater.serde.Deserializer;
import io.headwater.serde.Serde;
import io.headwater.serde.Serdes;
import io.headwater.serde.Serializer;

/** Serdes whose objects can change, and some that count their work. */
final class TestSerdes {
  private TestSerdes() {}

  /** Text that anybody can change, with identity as its equality. */
  static Serde<StringBuilder> text() {
    Serializer<StringBuilder> serializer =
        (topic, headers, data) -> data == null ? null : data.toString().getBytes(UTF_8);
    Deserializer<StringBuilder> deserializer =
        (topic, headers, data) -> data == null ? null : new StringBuilder(new String(data, UTF_8));
    return Serde.of(serializer, deserializer);
  }

  /** The serde of longs, counting. */
  static final class CountingLongs implements Serde<Long> {
    int serialized;
    int deserialized;

    @Override
    public Serializer<Long> serializer() {
      return (topic, headers, data) -> {
        serialized++;
        return Serdes.Long().serializer().serialize(topic, headers, data);
      };
    }

    @Override
    public Deserializer<Long> deserializer() {
      return (topic, headers, data) -> {
        deserialized++;
        return Serdes.Long().deserializer().deserialize(topic, headers, data);
      };
    }

    @Override
    public boolean immutable() {
      return true;
    }
  }
}
