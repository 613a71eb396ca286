package io.headwater.streams.dsl;

import io.headwater.serde.Serde;
import io.headwater.state.KeyValueBytesStoreSupplier;
import io.headwater.state.StateStore;
import io.headwater.state.StoreBuilder;
import io.headwater.state.StoreContext;
import io.headwater.state.StoreDescription;
import io.headwater.state.Stores;
import io.headwater.state.WindowBytesStoreSupplier;
import io.headwater.streams.kstream.Materialized;
import io.headwater.streams.kstream.TimeWindows;
import io.headwater.streams.plan.Defaulting;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The store of a table, before it is known what the application's default serdes are.
 *
 * @param supplier makes the builder of the store, given its serdes
 * @param keySerde null for the application's default
 * @param valueSerde null for the application's default
 */
record StoreSpec<K, V>(
    String name,
    Supplier<K, V> supplier,
    @Nullable Serde<K> keySerde,
    @Nullable Serde<V> valueSerde,
    boolean loggingEnabled,
    Map<String, String> logConfig,
    boolean cachingEnabled)
    implements StoreBuilder<StateStore>, Defaulting<StoreBuilder<?>> {
  /** Makes the builder of a store that logs and caches as builders do by default. */
  @FunctionalInterface
  interface Supplier<K, V> {
    StoreBuilder<? extends StateStore> builder(Serde<K> keySerde, Serde<V> valueSerde);
  }

  /** A store of one value a key. */
  static <K, V> StoreSpec<K, V> keyValues(
      Materialized<K, V, ?> materialized,
      String name,
      @Nullable Serde<K> keySerde,
      @Nullable Serde<V> valueSerde) {
    KeyValueBytesStoreSupplier bytes =
        materialized.storeSupplier() instanceof KeyValueBytesStoreSupplier own
            ? own
            : Stores.persistentTimestampedKeyValueStore(name);
    return of(
        materialized,
        name,
        (key, value) -> Stores.timestampedKeyValueStoreBuilder(bytes, key, value),
        keySerde,
        valueSerde);
  }

  /**
   * A store of one value a key and window.
   *
   * @throws IllegalArgumentException if windows are to be kept for less than they take records
   */
  static <K, V> StoreSpec<K, V> windows(
      Materialized<K, V, ?> materialized,
      String name,
      TimeWindows windows,
      @Nullable Serde<K> keySerde,
      @Nullable Serde<V> valueSerde) {
    Duration needed = Duration.ofMillis(windows.sizeMs() + windows.graceMs());
    Duration given = materialized.retention();
    Duration retention = given == null ? needed : given;
    if (retention.compareTo(needed) < 0) {
      throw new IllegalArgumentException(
          "the retention of store %s has to be at least the windows' size and grace together, %s, was %s"
              .formatted(name, needed, retention));
    }
    WindowBytesStoreSupplier bytes =
        materialized.storeSupplier() instanceof WindowBytesStoreSupplier own
            ? own
            : Stores.persistentTimestampedWindowStore(
                name, retention, Duration.ofMillis(windows.sizeMs()), false);
    return of(
        materialized,
        name,
        (key, value) -> Stores.timestampedWindowStoreBuilder(bytes, key, value),
        keySerde,
        valueSerde);
  }

  private static <K, V> StoreSpec<K, V> of(
      Materialized<K, V, ?> materialized,
      String name,
      Supplier<K, V> supplier,
      @Nullable Serde<K> keySerde,
      @Nullable Serde<V> valueSerde) {
    return new StoreSpec<>(
        name,
        supplier,
        keySerde,
        valueSerde,
        materialized.loggingEnabled(),
        materialized.logConfig(),
        materialized.cachingEnabled());
  }

  @Override
  @SuppressWarnings("unchecked") // that a default serde fits is for the application to see to
  public StoreBuilder<?> withDefaults(Serde<?> defaultKeySerde, Serde<?> defaultValueSerde) {
    return builder(
        keySerde == null ? (Serde<K>) defaultKeySerde : keySerde,
        valueSerde == null ? (Serde<V>) defaultValueSerde : valueSerde);
  }

  private StoreBuilder<? extends StateStore> builder(Serde<K> key, Serde<V> value) {
    StoreBuilder<? extends StateStore> builder = supplier.builder(key, value);
    StoreBuilder<? extends StateStore> logged =
        loggingEnabled ? builder.withLoggingEnabled(logConfig) : builder.withLoggingDisabled();
    return cachingEnabled ? logged.withCachingEnabled() : logged.withCachingDisabled();
  }

  private StoreBuilder<? extends StateStore> builder() {
    if (keySerde == null || valueSerde == null) {
      throw new IllegalStateException(
          "store "
              + name
              + " has no serdes yet: Plan.withDefaults gives it those of the application");
    }
    return builder(keySerde, valueSerde);
  }

  @Override
  public Optional<StoreDescription> description() {
    return keySerde == null || valueSerde == null ? Optional.empty() : builder().description();
  }

  @Override
  public StateStore build(StoreContext context) {
    return builder().build(context);
  }

  @Override
  public StoreSpec<K, V> withCachingEnabled() {
    return with(loggingEnabled, logConfig, true);
  }

  @Override
  public StoreSpec<K, V> withCachingDisabled() {
    return with(loggingEnabled, logConfig, false);
  }

  @Override
  public StoreSpec<K, V> withLoggingEnabled(Map<String, String> config) {
    return with(true, config, cachingEnabled);
  }

  @Override
  public StoreSpec<K, V> withLoggingDisabled() {
    return with(false, Map.of(), cachingEnabled);
  }

  private StoreSpec<K, V> with(boolean logging, Map<String, String> config, boolean caching) {
    return new StoreSpec<>(name, supplier, keySerde, valueSerde, logging, config, caching);
  }
}
