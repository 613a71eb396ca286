package io.headwater.streams.runtime;

import io.headwater.serde.Deserializer;
import io.headwater.serde.Serde;
import io.headwater.serde.Serializer;
import io.headwater.streams.AppConfig;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the topology names no serde: the application's default, else the bytes as they are. */
@SuppressWarnings(
    "unchecked") // the topology's types say what its serdes take; here all are objects
final class DefaultSerdes {
  private DefaultSerdes() {}

  static Deserializer<Object> keyDeserializer(@Nullable Deserializer<?> own, AppConfig config) {
    return deserializer(own, config.defaultKeySerde());
  }

  static Deserializer<Object> valueDeserializer(@Nullable Deserializer<?> own, AppConfig config) {
    return deserializer(own, config.defaultValueSerde());
  }

  static Serializer<Object> keySerializer(@Nullable Serializer<?> own, AppConfig config) {
    return serializer(own, config.defaultKeySerde());
  }

  static Serializer<Object> valueSerializer(@Nullable Serializer<?> own, AppConfig config) {
    return serializer(own, config.defaultValueSerde());
  }

  private static Deserializer<Object> deserializer(
      @Nullable Deserializer<?> own, Optional<Serde<?>> standard) {
    if (own != null) {
      return (Deserializer<Object>) own;
    }
    return standard
        .map(serde -> (Deserializer<Object>) serde.deserializer())
        .orElse((topic, headers, data) -> data);
  }

  private static Serializer<Object> serializer(
      @Nullable Serializer<?> own, Optional<Serde<?>> standard) {
    if (own != null) {
      return (Serializer<Object>) own;
    }
    return standard
        .map(serde -> (Serializer<Object>) serde.serializer())
        .orElse((topic, headers, data) -> (byte[]) data);
  }
}
