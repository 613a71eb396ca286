package io.headwater.streams.kstream;

import io.headwater.serde.Serde;
import io.headwater.streams.AutoOffsetReset;
import io.headwater.streams.processor.TimestampExtractor;
import org.jspecify.annotations.Nullable;

/** How a topic is read. */
public final class Consumed<K, V> {
  private final @Nullable Serde<K> keySerde;
  private final @Nullable Serde<V> valueSerde;
  private final @Nullable TimestampExtractor timestampExtractor;
  private final @Nullable AutoOffsetReset offsetResetPolicy;
  private final @Nullable String name;

  private Consumed(
      @Nullable Serde<K> keySerde,
      @Nullable Serde<V> valueSerde,
      @Nullable TimestampExtractor timestampExtractor,
      @Nullable AutoOffsetReset offsetResetPolicy,
      @Nullable String name) {
    this.keySerde = keySerde;
    this.valueSerde = valueSerde;
    this.timestampExtractor = timestampExtractor;
    this.offsetResetPolicy = offsetResetPolicy;
    this.name = name;
  }

  public static <K, V> Consumed<K, V> with(
      @Nullable Serde<K> keySerde, @Nullable Serde<V> valueSerde) {
    return new Consumed<>(keySerde, valueSerde, null, null, null);
  }

  public static <K, V> Consumed<K, V> with(
      @Nullable Serde<K> keySerde,
      @Nullable Serde<V> valueSerde,
      @Nullable TimestampExtractor timestampExtractor,
      @Nullable AutoOffsetReset offsetResetPolicy) {
    return new Consumed<>(keySerde, valueSerde, timestampExtractor, offsetResetPolicy, null);
  }

  public static <K, V> Consumed<K, V> with(TimestampExtractor timestampExtractor) {
    return new Consumed<>(null, null, timestampExtractor, null, null);
  }

  public static <K, V> Consumed<K, V> with(AutoOffsetReset offsetResetPolicy) {
    return new Consumed<>(null, null, null, offsetResetPolicy, null);
  }

  public static <K, V> Consumed<K, V> as(String name) {
    return new Consumed<>(null, null, null, null, checked(name));
  }

  /** Null: the application's default. */
  public Consumed<K, V> withKeySerde(@Nullable Serde<K> keySerde) {
    return new Consumed<>(keySerde, valueSerde, timestampExtractor, offsetResetPolicy, name);
  }

  /** Null: the application's default. */
  public Consumed<K, V> withValueSerde(@Nullable Serde<V> valueSerde) {
    return new Consumed<>(keySerde, valueSerde, timestampExtractor, offsetResetPolicy, name);
  }

  /** Where records take their time from; null: the application's default. */
  public Consumed<K, V> withTimestampExtractor(@Nullable TimestampExtractor timestampExtractor) {
    return new Consumed<>(keySerde, valueSerde, timestampExtractor, offsetResetPolicy, name);
  }

  /** Where to begin; null: the application's default. */
  public Consumed<K, V> withOffsetResetPolicy(@Nullable AutoOffsetReset offsetResetPolicy) {
    return new Consumed<>(keySerde, valueSerde, timestampExtractor, offsetResetPolicy, name);
  }

  /** The name of the source; null: a generated one. */
  public Consumed<K, V> withName(@Nullable String name) {
    return new Consumed<>(
        keySerde, valueSerde, timestampExtractor, offsetResetPolicy, checked(name));
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

  public @Nullable TimestampExtractor timestampExtractor() {
    return timestampExtractor;
  }

  public @Nullable AutoOffsetReset offsetResetPolicy() {
    return offsetResetPolicy;
  }

  public @Nullable String name() {
    return name;
  }
}
