package io.headwater.serde;

import org.jspecify.annotations.Nullable;

/** Turns an object into bytes. Safe for many threads. */
@FunctionalInterface
public interface Serializer<T extends @Nullable Object> {
  /**
   * The bytes of {@code data}, or null if it is null. The array belongs to the caller: it is not
   * changed or handed out again afterwards.
   *
   * @param topic the topic that the bytes will be written to
   * @param headers the headers of the record that the bytes are a part of
   * @throws SerializationException if this value has no form in bytes
   */
  byte @Nullable [] serialize(String topic, Headers headers, @Nullable T data);
}
