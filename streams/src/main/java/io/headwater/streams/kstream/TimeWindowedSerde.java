package io.headwater.streams.kstream;

import io.headwater.serde.Deserializer;
import io.headwater.serde.Headers;
import io.headwater.serde.Serde;
import io.headwater.serde.SerializationException;
import io.headwater.serde.Serializer;
import io.headwater.state.TimeWindow;
import io.headwater.state.Windowed;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Keys of windows: the key's own bytes, then the window's start as eight bytes, big-endian. The
 * size is not written. The default partitioner looks at the key's own bytes only, so that all
 * windows of a key are in one partition.
 */
public final class TimeWindowedSerde<T> implements Serde<Windowed<T>> {
  private final Serde<T> inner;
  private final long sizeMs;

  /**
   * A serde of windows of one size.
   *
   * @param inner of the keys
   * @param sizeMs how long each window is
   */
  public TimeWindowedSerde(Serde<T> inner, long sizeMs) {
    if (sizeMs <= 0) {
      throw new IllegalArgumentException("a window's size must be positive, was " + sizeMs + " ms");
    }
    this.inner = inner;
    this.sizeMs = sizeMs;
  }

  @Override
  public Serializer<Windowed<T>> serializer() {
    return new WindowedSerializer<>(inner.serializer());
  }

  @Override
  public Deserializer<Windowed<T>> deserializer() {
    Deserializer<T> keys = inner.deserializer();
    return (topic, headers, data) -> deserialize(keys, topic, headers, data);
  }

  private @Nullable Windowed<T> deserialize(
      Deserializer<T> keys, String topic, Headers headers, byte @Nullable [] data) {
    if (data == null || data.length == 0) {
      return null;
    }
    int keySize = data.length - Long.BYTES;
    if (keySize < 0) {
      throw new SerializationException(
          "topic %s: a windowed key has at least %d bytes, found %d"
              .formatted(topic, Long.BYTES, data.length));
    }
    long startMs = ByteBuffer.wrap(data).getLong(keySize);
    T key = keys.deserialize(topic, headers, Arrays.copyOf(data, keySize));
    if (key == null || startMs < 0) {
      throw new SerializationException(
          "topic %s: not a windowed key: key %s, window's start %d".formatted(topic, key, startMs));
    }
    return new Windowed<>(key, TimeWindow.of(startMs, sizeMs));
  }

  @Override
  public boolean immutable() {
    return inner.immutable();
  }

  /** Writes keys of windows. */
  private record WindowedSerializer<T>(Serializer<T> keys) implements Serializer<Windowed<T>> {
    @Override
    public byte @Nullable [] serialize(
        String topic, Headers headers, @Nullable Windowed<T> windowed) {
      if (windowed == null) {
        return null;
      }
      byte[] key = keys.serialize(topic, headers, windowed.key());
      if (key == null) {
        throw new SerializationException("topic " + topic + ": the key of a window has no bytes");
      }
      byte[] bytes = Arrays.copyOf(key, key.length + Long.BYTES);
      ByteBuffer.wrap(bytes).putLong(key.length, windowed.window().start());
      return bytes;
    }
  }
}
