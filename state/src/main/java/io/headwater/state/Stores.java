package io.headwater.state;

import io.headwater.serde.Serde;
import io.headwater.state.bytes.ByteReader;
import io.headwater.state.bytes.ByteStore;
import io.headwater.state.bytes.HeapStore;
import io.headwater.state.bytes.LogStore;
import io.headwater.state.bytes.LoggedStore;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

/**
 * Makes store builders. A supplier says where the bytes live, a builder how they are laid out and
 * typed.
 *
 * <p>A key type whose serde calls it immutable has to have {@code equals} and {@code hashCode}, by
 * which two keys are equal exactly when their bytes are.
 *
 * <p>Without a changelog any of these stores lives on the heap alone and is empty after a restart.
 */
public final class Stores {
  /** Kafka Streams' least segment interval, in milliseconds. */
  private static final long SEGMENT_INTERVAL_MIN_MS = 60_000;

  private Stores() {}

  /** Key-value bytes in the changelog, found again on disk after a restart: the default. */
  public static KeyValueBytesStoreSupplier persistentKeyValueStore(String name) {
    return new KeyValuePlace(checkedName(name), Stores::openInLog);
  }

  /** The same as {@link #persistentKeyValueStore}: every store keeps its values' times. */
  public static KeyValueBytesStoreSupplier persistentTimestampedKeyValueStore(String name) {
    return persistentKeyValueStore(name);
  }

  /** Key-value bytes on the heap, restored from all of the changelog at each start. */
  public static KeyValueBytesStoreSupplier inMemoryKeyValueStore(String name) {
    return new KeyValuePlace(checkedName(name), Stores::openOnHeap);
  }

  /**
   * Window bytes in the changelog, found again on disk after a restart: the default.
   *
   * @param retentionPeriod how long a window is kept, in stream time from its start; at least
   *     {@code windowSize}
   * @param windowSize the length of a window, at least 1 ms
   * @param retainDuplicates whether several values of one key and window are kept side by side;
   *     such a store does not cache
   */
  public static WindowBytesStoreSupplier persistentWindowStore(
      String name, Duration retentionPeriod, Duration windowSize, boolean retainDuplicates) {
    return windowPlace(name, retentionPeriod, windowSize, retainDuplicates, Stores::openInLog);
  }

  /** The same as {@link #persistentWindowStore}: every store keeps its values' times. */
  public static WindowBytesStoreSupplier persistentTimestampedWindowStore(
      String name, Duration retentionPeriod, Duration windowSize, boolean retainDuplicates) {
    return persistentWindowStore(name, retentionPeriod, windowSize, retainDuplicates);
  }

  /** Window bytes on the heap, restored from all of the changelog at each start. */
  public static WindowBytesStoreSupplier inMemoryWindowStore(
      String name, Duration retentionPeriod, Duration windowSize, boolean retainDuplicates) {
    return windowPlace(name, retentionPeriod, windowSize, retainDuplicates, Stores::openOnHeap);
  }

  /** Builds a store of one value a key. */
  public static <K, V> StoreBuilder<KeyValueStore<K, V>> keyValueStoreBuilder(
      KeyValueBytesStoreSupplier supplier, Serde<K> keySerde, Serde<V> valueSerde) {
    return new TypedStoreBuilder<>(
        describe(supplier, keySerde, valueSerde),
        true,
        (context, caching) ->
            KeyValueSlotStore.Plain.open(supplier, context, keySerde, valueSerde, caching));
  }

  /** Builds a store of one value a key, each with a time of its own. */
  public static <K, V> StoreBuilder<TimestampedKeyValueStore<K, V>> timestampedKeyValueStoreBuilder(
      KeyValueBytesStoreSupplier supplier, Serde<K> keySerde, Serde<V> valueSerde) {
    return new TypedStoreBuilder<>(
        describe(supplier, keySerde, valueSerde),
        true,
        (context, caching) ->
            KeyValueSlotStore.Timestamped.open(supplier, context, keySerde, valueSerde, caching));
  }

  /** Builds a store of one value a key and window. */
  public static <K, V> StoreBuilder<WindowStore<K, V>> windowStoreBuilder(
      WindowBytesStoreSupplier supplier, Serde<K> keySerde, Serde<V> valueSerde) {
    return new TypedStoreBuilder<>(
        describe(supplier, keySerde, valueSerde),
        !supplier.retainDuplicates(),
        (context, caching) ->
            WindowSlotStore.Plain.open(supplier, context, keySerde, valueSerde, caching));
  }

  /** Builds a store of one value a key and window, each with a time of its own. */
  public static <K, V> StoreBuilder<TimestampedWindowStore<K, V>> timestampedWindowStoreBuilder(
      WindowBytesStoreSupplier supplier, Serde<K> keySerde, Serde<V> valueSerde) {
    return new TypedStoreBuilder<>(
        describe(supplier, keySerde, valueSerde),
        !supplier.retainDuplicates(),
        (context, caching) ->
            WindowSlotStore.Timestamped.open(supplier, context, keySerde, valueSerde, caching));
  }

  /**
   * Reads the bytes of a key-value store as objects, without the store itself: what a tool does.
   *
   * @param topic the topic that the serdes see
   */
  public static <K, V> ReadOnlyKeyValueStore<K, V> readOnlyKeyValueStore(
      ByteReader bytes, String topic, Serde<K> keySerde, Serde<V> valueSerde) {
    return new KeyValueView<>(
        bytes,
        topic,
        new Codec<>(topic, keySerde),
        KeyValueView.ValueForm.plain(new Codec<>(topic, valueSerde)));
  }

  /**
   * Reads the bytes of a window store as objects, without the store itself: what a tool does.
   * Windows that have expired by the retention are left out.
   *
   * @param topic the topic that the serdes see
   */
  public static <K, V> ReadOnlyWindowStore<K, V> readOnlyWindowStore(
      ByteReader bytes,
      String topic,
      Serde<K> keySerde,
      Serde<V> valueSerde,
      Duration retentionPeriod,
      Duration windowSize) {
    return new WindowView<>(
        bytes,
        new Codec<>(topic, keySerde),
        KeyValueView.ValueForm.plain(new Codec<>(topic, valueSerde)),
        new WindowTimes(windowSize.toMillis(), retentionPeriod.toMillis(), 0, false),
        () -> latestWindow(bytes));
  }

  private static long latestWindow(ByteReader bytes) {
    long latest = -1;
    try (var entries = bytes.scan(null, null)) {
      while (entries.hasNext()) {
        latest = Math.max(latest, WindowKeys.start(entries.next().key()));
      }
    }
    return latest;
  }

  /** A log-backed store is its own changelog, and takes no wrapper. */
  private static ByteStore openInLog(StoreContext context) {
    return context
        .changelog()
        .<ByteStore>map(
            changelog ->
                context
                    .folder()
                    .map(
                        folder ->
                            LogStore.open(changelog, context.storage(), folder.resolve("index")))
                    .orElseGet(() -> LogStore.open(changelog)))
        .orElseGet(HeapStore::new);
  }

  private static ByteStore openOnHeap(StoreContext context) {
    var heap = new HeapStore();
    return context
        .changelog()
        .<ByteStore>map(changelog -> LoggedStore.open(heap, changelog))
        .orElse(heap);
  }

  private static WindowBytesStoreSupplier windowPlace(
      String name,
      Duration retentionPeriod,
      Duration windowSize,
      boolean retainDuplicates,
      Function<StoreContext, ByteStore> opening) {
    checkedName(name);
    long retentionMs = retentionPeriod.toMillis();
    long sizeMs = windowSize.toMillis();
    if (sizeMs < 1) {
      throw new IllegalArgumentException(
          "store %s: a window is at least 1 ms long, was %s".formatted(name, windowSize));
    }
    if (retentionMs < sizeMs) {
      throw new IllegalArgumentException(
          "store %s: the retention %s is shorter than the window size %s"
              .formatted(name, retentionPeriod, windowSize));
    }
    return new WindowPlace(
        name,
        sizeMs,
        retentionMs,
        Math.max(retentionMs / 2, SEGMENT_INTERVAL_MIN_MS),
        retainDuplicates,
        opening);
  }

  private static String checkedName(String name) {
    Objects.requireNonNull(name, "name");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a store's name cannot be empty");
    }
    return name;
  }

  private static StoreDescription describe(
      KeyValueBytesStoreSupplier supplier, Serde<?> keySerde, Serde<?> valueSerde) {
    return new StoreDescription(
        supplier.name(), StoreDescription.Kind.KEY_VALUE, keySerde.name(), valueSerde.name(), 0, 0);
  }

  private static StoreDescription describe(
      WindowBytesStoreSupplier supplier, Serde<?> keySerde, Serde<?> valueSerde) {
    return new StoreDescription(
        supplier.name(),
        StoreDescription.Kind.WINDOW,
        keySerde.name(),
        valueSerde.name(),
        supplier.windowSize(),
        supplier.retentionPeriod());
  }

  private record KeyValuePlace(String name, Function<StoreContext, ByteStore> opening)
      implements KeyValueBytesStoreSupplier {
    @Override
    public ByteStore open(StoreContext context) {
      return opening.apply(context);
    }
  }

  private record WindowPlace(
      String name,
      long windowSize,
      long retentionPeriod,
      long segmentIntervalMs,
      boolean retainDuplicates,
      Function<StoreContext, ByteStore> opening)
      implements WindowBytesStoreSupplier {
    @Override
    public ByteStore open(StoreContext context) {
      return opening.apply(context);
    }
  }
}
