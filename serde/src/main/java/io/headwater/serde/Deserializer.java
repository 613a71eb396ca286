package io.headwater.serde;

import org.jspecify.annotations.Nullable;

/** Turns bytes into an object. Safe for many threads. */
@FunctionalInterface
public interface Deserializer<T extends @Nullable Object> {
  /**
   * The object that {@code data} stands for, or null if it is null. The array belongs to the callee
   * from here on: nobody else changes it.
   *
   * @param topic the topic that the bytes were read from
   * @param headers the headers of the record that the bytes are a part of
   * @throws SerializationException if the bytes are not a value of this type; the message names the
   *     topic, what was expected and what was found
   */
  @Nullable T deserialize(String topic, Headers headers, byte @Nullable [] data);
}
