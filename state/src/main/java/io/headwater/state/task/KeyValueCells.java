package io.headwater.state.task;

import io.headwater.state.ReadOnlyKeyValueStore;
import io.headwater.state.ValueAndTimestamp;

/**
 * What a key-value store offers the operators of its task beside its API, plain or with timestamps.
 * {@code V} is the value itself in both.
 */
public interface KeyValueCells<K, V> extends TaskStore {
  /** The cell of the key, whether or not it has a value. */
  Cell<V> cell(K key);

  /**
   * From now on tells the listener what is written. A store has one listener; another one replaces
   * it.
   *
   * @param sendOldValues whether the listener wants old values, which can cost a read
   */
  void setFlushListener(FlushListener<K, V> listener, boolean sendOldValues);

  /** Whether changes are coalesced until a flush. */
  boolean cachingEnabled();

  /** The committed values, for any thread. */
  ReadOnlyKeyValueStore<K, V> committed();

  /** The committed values with their times, for any thread. */
  ReadOnlyKeyValueStore<K, ValueAndTimestamp<V>> committedWithTimestamps();
}
