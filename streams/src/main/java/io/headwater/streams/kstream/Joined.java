package io.headwater.streams.kstream;

import io.headwater.serde.Serde;
import org.jspecify.annotations.Nullable;

/** How a stream is joined with a table, should that need a repartition topic. */
public final class Joined<K, VLeft, VRight> {
  private final @Nullable Serde<K> keySerde;
  private final @Nullable Serde<VLeft> leftValueSerde;
  private final @Nullable Serde<VRight> rightValueSerde;
  private final @Nullable String name;

  private Joined(
      @Nullable Serde<K> keySerde,
      @Nullable Serde<VLeft> leftValueSerde,
      @Nullable Serde<VRight> rightValueSerde,
      @Nullable String name) {
    this.keySerde = keySerde;
    this.leftValueSerde = leftValueSerde;
    this.rightValueSerde = rightValueSerde;
    this.name = name;
  }

  public static <K, VLeft, VRight> Joined<K, VLeft, VRight> with(
      @Nullable Serde<K> keySerde,
      @Nullable Serde<VLeft> leftValueSerde,
      @Nullable Serde<VRight> rightValueSerde) {
    return new Joined<>(keySerde, leftValueSerde, rightValueSerde, null);
  }

  public static <K, VLeft, VRight> Joined<K, VLeft, VRight> with(
      @Nullable Serde<K> keySerde,
      @Nullable Serde<VLeft> leftValueSerde,
      @Nullable Serde<VRight> rightValueSerde,
      @Nullable String name) {
    return new Joined<>(keySerde, leftValueSerde, rightValueSerde, checked(name));
  }

  public static <K, VLeft, VRight> Joined<K, VLeft, VRight> keySerde(Serde<K> keySerde) {
    return new Joined<>(keySerde, null, null, null);
  }

  public static <K, VLeft, VRight> Joined<K, VLeft, VRight> as(String name) {
    return new Joined<>(null, null, null, checked(name));
  }

  /** Null: the default, or what the stream has. */
  public Joined<K, VLeft, VRight> withKeySerde(@Nullable Serde<K> keySerde) {
    return new Joined<>(keySerde, leftValueSerde, rightValueSerde, name);
  }

  /** Null: what the stream has, or the default. */
  public Joined<K, VLeft, VRight> withLeftValueSerde(@Nullable Serde<VLeft> leftValueSerde) {
    return new Joined<>(keySerde, leftValueSerde, rightValueSerde, name);
  }

  /** Not used by the joins there are. */
  public Joined<K, VLeft, VRight> withRightValueSerde(@Nullable Serde<VRight> rightValueSerde) {
    return new Joined<>(keySerde, leftValueSerde, rightValueSerde, name);
  }

  /** Names the node and the repartition topic; null: generated ones. */
  public Joined<K, VLeft, VRight> withName(@Nullable String name) {
    return new Joined<>(keySerde, leftValueSerde, rightValueSerde, checked(name));
  }

  private static @Nullable String checked(@Nullable String name) {
    return name == null ? null : Named.requireValid(name);
  }

  public @Nullable Serde<K> keySerde() {
    return keySerde;
  }

  public @Nullable Serde<VLeft> leftValueSerde() {
    return leftValueSerde;
  }

  public @Nullable Serde<VRight> rightValueSerde() {
    return rightValueSerde;
  }

  public @Nullable String name() {
    return name;
  }
}
