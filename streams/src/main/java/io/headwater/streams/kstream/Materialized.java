package io.headwater.streams.kstream;

import io.headwater.serde.Serde;
import io.headwater.state.KeyValueBytesStoreSupplier;
import io.headwater.state.KeyValueStore;
import io.headwater.state.StateStore;
import io.headwater.state.StoreSupplier;
import io.headwater.state.WindowBytesStoreSupplier;
import io.headwater.state.WindowStore;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a table is stored. Unless told otherwise it is stored under a generated name, cannot be
 * queried, has a changelog topic, and coalesces the updates of a key between two commits.
 *
 * @param <S> the kind of store, as its bytes are
 */
public final class Materialized<K, V, S extends StateStore> {
  private final @Nullable String storeName;
  private final @Nullable StoreSupplier storeSupplier;
  private final @Nullable Serde<K> keySerde;
  private final @Nullable Serde<V> valueSerde;
  private final boolean loggingEnabled;
  private final Map<String, String> logConfig;
  private final boolean cachingEnabled;
  private final @Nullable Duration retention;

  private Materialized(
      @Nullable String storeName,
      @Nullable StoreSupplier storeSupplier,
      @Nullable Serde<K> keySerde,
      @Nullable Serde<V> valueSerde,
      boolean loggingEnabled,
      Map<String, String> logConfig,
      boolean cachingEnabled,
      @Nullable Duration retention) {
    this.storeName = storeName == null ? null : Named.requireValid(storeName);
    this.storeSupplier = storeSupplier;
    this.keySerde = keySerde;
    this.valueSerde = valueSerde;
    this.loggingEnabled = loggingEnabled;
    this.logConfig = Map.copyOf(logConfig);
    this.cachingEnabled = cachingEnabled;
    this.retention = retention;
  }

  /** A store of that name, by which it can be queried. */
  public static <K, V, S extends StateStore> Materialized<K, V, S> as(String storeName) {
    return of(storeName, null);
  }

  /** A store whose bytes live where the supplier says; it can be queried by the supplier's name. */
  public static <K, V> Materialized<K, V, KeyValueStore<byte[], byte[]>> as(
      KeyValueBytesStoreSupplier supplier) {
    return of(supplier.name(), supplier);
  }

  /** A store whose bytes live where the supplier says; it can be queried by the supplier's name. */
  public static <K, V> Materialized<K, V, WindowStore<byte[], byte[]>> as(
      WindowBytesStoreSupplier supplier) {
    return of(supplier.name(), supplier);
  }

  /** A store without a name of its own; a serde that is null is what the stream has, or default. */
  public static <K, V, S extends StateStore> Materialized<K, V, S> with(
      @Nullable Serde<K> keySerde, @Nullable Serde<V> valueSerde) {
    return new Materialized<>(null, null, keySerde, valueSerde, true, Map.of(), true, null);
  }

  private static <K, V, S extends StateStore> Materialized<K, V, S> of(
      @Nullable String storeName, @Nullable StoreSupplier supplier) {
    return new Materialized<>(storeName, supplier, null, null, true, Map.of(), true, null);
  }

  public Materialized<K, V, S> withKeySerde(@Nullable Serde<K> serde) {
    return new Materialized<>(
        storeName,
        storeSupplier,
        serde,
        valueSerde,
        loggingEnabled,
        logConfig,
        cachingEnabled,
        retention);
  }

  public Materialized<K, V, S> withValueSerde(@Nullable Serde<V> serde) {
    return new Materialized<>(
        storeName,
        storeSupplier,
        keySerde,
        serde,
        loggingEnabled,
        logConfig,
        cachingEnabled,
        retention);
  }

  /** Writes changes to a changelog topic with these settings, by Kafka's names. */
  public Materialized<K, V, S> withLoggingEnabled(Map<String, String> config) {
    return new Materialized<>(
        storeName, storeSupplier, keySerde, valueSerde, true, config, cachingEnabled, retention);
  }

  /** Writes changes to no changelog topic. */
  public Materialized<K, V, S> withLoggingDisabled() {
    return new Materialized<>(
        storeName, storeSupplier, keySerde, valueSerde, false, Map.of(), cachingEnabled, retention);
  }

  /** Stores and forwards the last update of each key between two commits. */
  public Materialized<K, V, S> withCachingEnabled() {
    return withCaching(true);
  }

  /** Stores and forwards every update. */
  public Materialized<K, V, S> withCachingDisabled() {
    return withCaching(false);
  }

  private Materialized<K, V, S> withCaching(boolean enabled) {
    return new Materialized<>(
        storeName,
        storeSupplier,
        keySerde,
        valueSerde,
        loggingEnabled,
        logConfig,
        enabled,
        retention);
  }

  /** How long windows are kept, in stream time; at least their size and grace, which is default. */
  public Materialized<K, V, S> withRetention(Duration retention) {
    if (retention.isNegative()) {
      throw new IllegalArgumentException("retention cannot be negative, was " + retention);
    }
    return new Materialized<>(
        storeName,
        storeSupplier,
        keySerde,
        valueSerde,
        loggingEnabled,
        logConfig,
        cachingEnabled,
        retention);
  }

  /** The name it can be queried by, or null. */
  public @Nullable String storeName() {
    return storeName;
  }

  /** Where its bytes live; null for the default. */
  public @Nullable StoreSupplier storeSupplier() {
    return storeSupplier;
  }

  public @Nullable Serde<K> keySerde() {
    return keySerde;
  }

  public @Nullable Serde<V> valueSerde() {
    return valueSerde;
  }

  public boolean loggingEnabled() {
    return loggingEnabled;
  }

  /** Settings of the changelog topic. */
  public Map<String, String> logConfig() {
    return logConfig;
  }

  public boolean cachingEnabled() {
    return cachingEnabled;
  }

  /** How long windows are kept; null for their size and grace. */
  public @Nullable Duration retention() {
    return retention;
  }
}
