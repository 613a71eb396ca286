package io.headwater.streams.runtime;

import io.headwater.serde.Serializer;
import io.headwater.state.KeyValueIterator;
import io.headwater.state.KeyValueStore;
import io.headwater.state.ReadOnlyKeyValueStore;
import io.headwater.state.StateStore;
import io.headwater.state.TimestampedKeyValueStore;
import io.headwater.state.ValueAndTimestamp;
import io.headwater.state.task.KeyValueCells;
import io.headwater.state.task.TaskStore;
import io.headwater.streams.errors.StreamsException;
import org.jspecify.annotations.Nullable;

/**
 * A global key-value store as the tasks see it: what its owner has committed, to be read only. Safe
 * for many threads.
 */
class GlobalStoreView<K, V> implements KeyValueStore<K, V> {
  private final StateStore store;
  private final ReadOnlyKeyValueStore<K, V> committed;

  private GlobalStoreView(StateStore store, ReadOnlyKeyValueStore<K, V> committed) {
    this.store = store;
    this.committed = committed;
  }

  /** The view of a store whose values have times of their own. */
  private static final class Timestamped<K, V> extends GlobalStoreView<K, ValueAndTimestamp<V>>
      implements TimestampedKeyValueStore<K, V> {
    private Timestamped(
        StateStore store, ReadOnlyKeyValueStore<K, ValueAndTimestamp<V>> committed) {
      super(store, committed);
    }
  }

  /** The view of a store that another thread owns. */
  static StateStore of(TaskStore store) {
    if (!(store instanceof KeyValueCells<?, ?> cells)) {
      throw new StreamsException(
          "global store %s is not a key-value store".formatted(store.name()));
    }
    return store instanceof TimestampedKeyValueStore<?, ?>
        ? timestamped(cells)
        : new GlobalStoreView<>(store, cells.committed());
  }

  private static <K, V> StateStore timestamped(KeyValueCells<K, V> cells) {
    return new Timestamped<>(cells, cells.committedWithTimestamps());
  }

  @Override
  public @Nullable V get(K key) {
    return committed.get(key);
  }

  @Override
  public KeyValueIterator<K, V> range(@Nullable K from, @Nullable K to) {
    return committed.range(from, to);
  }

  @Override
  public KeyValueIterator<K, V> reverseRange(@Nullable K from, @Nullable K to) {
    return committed.reverseRange(from, to);
  }

  @Override
  public <PS extends Serializer<P>, P> KeyValueIterator<K, V> prefixScan(
      P prefix, PS prefixKeySerializer) {
    return committed.prefixScan(prefix, prefixKeySerializer);
  }

  @Override
  public long approximateNumEntries() {
    return committed.approximateNumEntries();
  }

  @Override
  public void put(K key, @Nullable V value) {
    throw new UnsupportedOperationException(
        "global store %s is filled from its topic and can only be read".formatted(name()));
  }

  @Override
  public String name() {
    return store.name();
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}

  @Override
  public boolean persistent() {
    return store.persistent();
  }

  @Override
  public boolean isOpen() {
    return store.isOpen();
  }
}
