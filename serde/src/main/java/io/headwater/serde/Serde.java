package io.headwater.serde;

import java.util.Objects;

/** A serializer and the deserializer that reads what it writes. Safe for many threads. */
public interface Serde<T> {
  Serializer<T> serializer();

  Deserializer<T> deserializer();

  /**
   * Whether nobody can change a value of this type once it is made. A store keeps such values as
   * objects and serializes one only when it is written; of any other type it keeps the bytes and
   * hands out a fresh object at each read.
   */
  boolean immutable();

  /**
   * The name by which tools find this serde again, such as {@code string} or {@code json}; the name
   * is written in an application's manifest. A serde that tools cannot find by name is shown as
   * {@code bytes}.
   */
  default String name() {
    return "bytes";
  }

  /** A serde of the two, whose values may change after they were made. */
  static <T> Serde<T> of(Serializer<T> serializer, Deserializer<T> deserializer) {
    return new PairSerde<>("bytes", serializer, deserializer, false);
  }

  /** A serde of the two, whose values nobody can change once they are made. */
  static <T> Serde<T> ofImmutable(Serializer<T> serializer, Deserializer<T> deserializer) {
    return new PairSerde<>("bytes", serializer, deserializer, true);
  }

  /** This serde under a name of its own, by which tools can find it. */
  default Serde<T> named(String name) {
    return new PairSerde<>(
        Objects.requireNonNull(name, "name"), serializer(), deserializer(), immutable());
  }
}
