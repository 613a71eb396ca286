package io.headwater.streams.kstream;

import io.headwater.serde.Serde;
import org.jspecify.annotations.Nullable;

/** How a stream or table is grouped, should that need a repartition topic. */
public final class Grouped<K, V> {
  private final @Nullable Serde<K> keySerde;
  private final @Nullable Serde<V> valueSerde;
  private final @Nullable String name;

  private Grouped(
      @Nullable Serde<K> keySerde, @Nullable Serde<V> valueSerde, @Nullable String name) {
    this.keySerde = keySerde;
    this.valueSerde = valueSerde;
    this.name = name;
  }

  public static <K, V> Grouped<K, V> with(
      @Nullable Serde<K> keySerde, @Nullable Serde<V> valueSerde) {
    return new Grouped<>(keySerde, valueSerde, null);
  }

  public static <K, V> Grouped<K, V> with(
      @Nullable String name, @Nullable Serde<K> keySerde, @Nullable Serde<V> valueSerde) {
    return new Grouped<>(keySerde, valueSerde, checked(name));
  }

  public static <K, V> Grouped<K, V> keySerde(Serde<K> keySerde) {
    return new Grouped<>(keySerde, null, null);
  }

  public static <K, V> Grouped<K, V> valueSerde(Serde<V> valueSerde) {
    return new Grouped<>(null, valueSerde, null);
  }

  public static <K, V> Grouped<K, V> as(String name) {
    return new Grouped<>(null, null, checked(name));
  }

  /** Null: the default, or what the stream has. */
  public Grouped<K, V> withKeySerde(@Nullable Serde<K> keySerde) {
    return new Grouped<>(keySerde, valueSerde, name);
  }

  /** Null: the default, or what the stream has. */
  public Grouped<K, V> withValueSerde(@Nullable Serde<V> valueSerde) {
    return new Grouped<>(keySerde, valueSerde, name);
  }

  /** Names the repartition topic and, in {@code groupBy}, the node; null: generated ones. */
  public Grouped<K, V> withName(@Nullable String name) {
    return new Grouped<>(keySerde, valueSerde, checked(name));
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

  public @Nullable String name() {
    return name;
  }
}
