package io.headwater.serde;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads values that all take the same number of bytes. {@code read} gets that many and throws
 * {@link IllegalArgumentException} if they are not a value; its message says what they are instead.
 */
record FixedSizeDeserializer<T>(String type, int sizeBytes, Function<byte[], T> read)
    implements Deserializer<T> {
  @Override
  public @Nullable T deserialize(String topic, Headers headers, byte @Nullable [] data) {
    if (data == null) {
      return null;
    }
    if (data.length != sizeBytes) {
      throw BadBytes.of(topic, expected(), BadBytes.count(data.length), data);
    }
    try {
      return read.apply(data);
    } catch (IllegalArgumentException e) {
      throw new SerializationException(
          BadBytes.message(topic, expected(), String.valueOf(e.getMessage()), data), e);
    }
  }

  private String expected() {
    return type + " of " + BadBytes.count(sizeBytes);
  }
}
