package io.headwater.streams.kstream;

import io.headwater.serde.Serde;
import io.headwater.streams.processor.StreamPartitioner;
import org.jspecify.annotations.Nullable;

/** How a topic is written. */
public final class Produced<K, V> {
  private final @Nullable Serde<K> keySerde;
  private final @Nullable Serde<V> valueSerde;
  private final @Nullable StreamPartitioner<? super K, ? super V> streamPartitioner;
  private final @Nullable String name;

  private Produced(
      @Nullable Serde<K> keySerde,
      @Nullable Serde<V> valueSerde,
      @Nullable StreamPartitioner<? super K, ? super V> streamPartitioner,
      @Nullable String name) {
    this.keySerde = keySerde;
    this.valueSerde = valueSerde;
    this.streamPartitioner = streamPartitioner;
    this.name = name;
  }

  public static <K, V> Produced<K, V> with(
      @Nullable Serde<K> keySerde, @Nullable Serde<V> valueSerde) {
    return new Produced<>(keySerde, valueSerde, null, null);
  }

  public static <K, V> Produced<K, V> with(
      @Nullable Serde<K> keySerde,
      @Nullable Serde<V> valueSerde,
      @Nullable StreamPartitioner<? super K, ? super V> streamPartitioner) {
    return new Produced<>(keySerde, valueSerde, streamPartitioner, null);
  }

  public static <K, V> Produced<K, V> keySerde(Serde<K> keySerde) {
    return new Produced<>(keySerde, null, null, null);
  }

  public static <K, V> Produced<K, V> valueSerde(Serde<V> valueSerde) {
    return new Produced<>(null, valueSerde, null, null);
  }

  public static <K, V> Produced<K, V> streamPartitioner(
      StreamPartitioner<? super K, ? super V> streamPartitioner) {
    return new Produced<>(null, null, streamPartitioner, null);
  }

  public static <K, V> Produced<K, V> as(String name) {
    return new Produced<>(null, null, null, checked(name));
  }

  /** Null: the default, or what the stream has. */
  public Produced<K, V> withKeySerde(@Nullable Serde<K> keySerde) {
    return new Produced<>(keySerde, valueSerde, streamPartitioner, name);
  }

  /** Null: the default, or what the stream has. */
  public Produced<K, V> withValueSerde(@Nullable Serde<V> valueSerde) {
    return new Produced<>(keySerde, valueSerde, streamPartitioner, name);
  }

  /**
   * Chooses partitions; null: by the hash of the key's bytes, a windowed key's without the window.
   */
  public Produced<K, V> withStreamPartitioner(
      @Nullable StreamPartitioner<? super K, ? super V> streamPartitioner) {
    return new Produced<>(keySerde, valueSerde, streamPartitioner, name);
  }

  /** The name of the sink; null: a generated one. */
  public Produced<K, V> withName(@Nullable String name) {
    return new Produced<>(keySerde, valueSerde, streamPartitioner, checked(name));
  }

  private static @Nullable String checked(@Nullable String name) {
    return name == null ? null : Named.requireValid(name);
  }

  public @Nullable Serde<K> keySerde() {
    return keySerde;
  }

  public @Nullable Serde<V> valueSerde() {
    return valueSerde;
  }

  public @Nullable StreamPartitioner<? super K, ? super V> streamPartitioner() {
    return streamPartitioner;
  }

  public @Nullable String name() {
    return name;
  }
}
