package io.headwater.streams;

import io.headwater.state.ReadOnlyKeyValueStore;
import io.headwater.state.ReadOnlyWindowStore;
import io.headwater.state.StateStore;
import io.headwater.state.ValueAndTimestamp;
import io.headwater.state.task.KeyValueCells;
import io.headwater.state.task.WindowCells;
import io.headwater.streams.runtime.PartitionedKeyValueStore;
import io.headwater.streams.runtime.PartitionedWindowStore;
import java.util.List;
import java.util.function.Function;

/** The ways to read an application's stores from outside. */
public final class QueryableStoreTypes {
  private QueryableStoreTypes() {}

  /** The values of a key-value store, without their times if it keeps any. */
  public static <K, V> QueryableStoreType<ReadOnlyKeyValueStore<K, V>> keyValueStore() {
    return keyValue(KeyValueCells<K, V>::committed);
  }

  /** The values of a key-value store with the times they are from. */
  public static <K, V>
      QueryableStoreType<ReadOnlyKeyValueStore<K, ValueAndTimestamp<V>>>
          timestampedKeyValueStore() {
    return keyValue(KeyValueCells<K, V>::committedWithTimestamps);
  }

  /** The values of a window store, without their times if it keeps any. */
  public static <K, V> QueryableStoreType<ReadOnlyWindowStore<K, V>> windowStore() {
    return window(WindowCells<K, V>::committed);
  }

  /** The values of a window store with the times they are from. */
  public static <K, V>
      QueryableStoreType<ReadOnlyWindowStore<K, ValueAndTimestamp<V>>> timestampedWindowStore() {
    return window(WindowCells<K, V>::committedWithTimestamps);
  }

  private static <K, V, T> QueryableStoreType<ReadOnlyKeyValueStore<K, T>> keyValue(
      Function<KeyValueCells<K, V>, ReadOnlyKeyValueStore<K, T>> view) {
    return new QueryableStoreType<>() {
      @Override
      public boolean accepts(StateStore store) {
        return store instanceof KeyValueCells<?, ?>;
      }

      @Override
      @SuppressWarnings(
          "unchecked") // the caller says what the store's types are, as in Kafka Streams
      public ReadOnlyKeyValueStore<K, T> create(List<StateStore> stores) {
        return new PartitionedKeyValueStore<>(
            stores.stream().map(store -> view.apply((KeyValueCells<K, V>) store)).toList());
      }
    };
  }

  private static <K, V, T> QueryableStoreType<ReadOnlyWindowStore<K, T>> window(
      Function<WindowCells<K, V>, ReadOnlyWindowStore<K, T>> view) {
    return new QueryableStoreType<>() {
      @Override
      public boolean accepts(StateStore store) {
        return store instanceof WindowCells<?, ?>;
      }

      @Override
      @SuppressWarnings(
          "unchecked") // the caller says what the store's types are, as in Kafka Streams
      public ReadOnlyWindowStore<K, T> create(List<StateStore> stores) {
        return new PartitionedWindowStore<>(
            stores.stream().map(store -> view.apply((WindowCells<K, V>) store)).toList());
      }
    };
  }
}
