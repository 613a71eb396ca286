package io.headwater.serde;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes values that all take the same number of bytes, so that a list need not say how many. */
record FixedSizeSerializer<T>(int sizeBytes, Function<T, byte[]> write) implements Serializer<T> {
  @Override
  public byte @Nullable [] serialize(String topic, Headers headers, @Nullable T data) {
    return data == null ? null : write.apply(data);
  }
}
