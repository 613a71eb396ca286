package io.headwater.streams.kstream;

import io.headwater.serde.Serde;
import io.headwater.streams.processor.StreamPartitioner;
import org.jspecify.annotations.Nullable;

/** How a stream goes through a topic of its own. */
public final class Repartitioned<K, V> {
  private final @Nullable Serde<K> keySerde;
  private final @Nullable Serde<V> valueSerde;
  private final @Nullable String name;
  private final @Nullable Integer numberOfPartitions;
  private final @Nullable StreamPartitioner<K, V> streamPartitioner;

  private Repartitioned(
      @Nullable Serde<K> keySerde,
      @Nullable Serde<V> valueSerde,
      @Nullable String name,
      @Nullable Integer numberOfPartitions,
      @Nullable StreamPartitioner<K, V> streamPartitioner) {
    this.keySerde = keySerde;
    this.valueSerde = valueSerde;
    this.name = name;
    this.numberOfPartitions = numberOfPartitions;
    this.streamPartitioner = streamPartitioner;
  }

  public static <K, V> Repartitioned<K, V> with(
      @Nullable Serde<K> keySerde, @Nullable Serde<V> valueSerde) {
    return new Repartitioned<>(keySerde, valueSerde, null, null, null);
  }

  public static <K, V> Repartitioned<K, V> as(String name) {
    return new Repartitioned<>(null, null, checked(name), null, null);
  }

  public static <K, V> Repartitioned<K, V> numberOfPartitions(int numberOfPartitions) {
    return new Repartitioned<>(null, null, null, atLeastOne(numberOfPartitions), null);
  }

  public static <K, V> Repartitioned<K, V> streamPartitioner(
      StreamPartitioner<K, V> streamPartitioner) {
    return new Repartitioned<>(null, null, null, null, streamPartitioner);
  }

  /** Null: the default, or what the stream has. */
  public Repartitioned<K, V> withKeySerde(@Nullable Serde<K> keySerde) {
    return new Repartitioned<>(keySerde, valueSerde, name, numberOfPartitions, streamPartitioner);
  }

  /** Null: the default, or what the stream has. */
  public Repartitioned<K, V> withValueSerde(@Nullable Serde<V> valueSerde) {
    return new Repartitioned<>(keySerde, valueSerde, name, numberOfPartitions, streamPartitioner);
  }

  /** Names the topic and its nodes; null: generated ones. */
  public Repartitioned<K, V> withName(@Nullable String name) {
    return new Repartitioned<>(
        keySerde, valueSerde, checked(name), numberOfPartitions, streamPartitioner);
  }

  /** How many partitions the topic gets; null: as many as the topics it comes from. */
  public Repartitioned<K, V> withNumberOfPartitions(@Nullable Integer numberOfPartitions) {
    return new Repartitioned<>(
        keySerde, valueSerde, name, atLeastOne(numberOfPartitions), streamPartitioner);
  }

  /** Chooses partitions; null: by the hash of the key's bytes. */
  public Repartitioned<K, V> withStreamPartitioner(
      @Nullable StreamPartitioner<K, V> streamPartitioner) {
    return new Repartitioned<>(keySerde, valueSerde, name, numberOfPartitions, streamPartitioner);
  }

  private static @Nullable String checked(@Nullable String name) {
    return name == null ? null : Named.requireValid(name);
  }

  private static @Nullable Integer atLeastOne(@Nullable Integer partitions) {
    if (partitions != null && partitions < 1) {
      throw new IllegalArgumentException("a topic has at least 1 partition, not " + partitions);
    }
    return partitions;
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

  public @Nullable Integer numberOfPartitions() {
    return numberOfPartitions;
  }

  public @Nullable StreamPartitioner<K, V> streamPartitioner() {
    return streamPartitioner;
  }
}
