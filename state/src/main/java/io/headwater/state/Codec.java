package io.headwater.state;

import io.headwater.serde.Headers;
import io.headwater.serde.Serde;
import io.headwater.serde.SerializationException;
import java.util.Objects;

/** A serde at work for one store: its topic is known, and nothing is null. */
final class Codec<T> {
  private final String topic;
  private final Serde<T> serde;
  private final boolean immutable;

  Codec(String topic, Serde<T> serde) {
    this.topic = topic;
    this.serde = serde;
    immutable = serde.immutable();
  }

  /** Whether objects may be kept and handed out again. */
  boolean isImmutable() {
    return immutable;
  }

  byte[] encode(T object) {
    byte[] bytes = serde.serializer().serialize(topic, Headers.EMPTY, object);
    if (bytes == null) {
      throw new SerializationException(
          "%s: the serde %s wrote null for %s, which a store cannot keep"
              .formatted(topic, serde.name(), object.getClass().getName()));
    }
    return bytes;
  }

  T decode(byte[] bytes) {
    T object = serde.deserializer().deserialize(topic, Headers.EMPTY, bytes);
    return Objects.requireNonNull(object, () -> topic + ": " + serde.name() + " read null");
  }
}
