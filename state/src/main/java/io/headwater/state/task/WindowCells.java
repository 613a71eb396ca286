package io.headwater.state.task;

import io.headwater.state.ReadOnlyWindowStore;
import io.headwater.state.ValueAndTimestamp;
import io.headwater.state.Windowed;

/**
 * What a window store offers the operators of its task beside its API, plain or with timestamps.
 * {@code V} is the value itself in both.
 */
public interface WindowCells<K, V> extends TaskStore {
  /**
   * The cell of the key and window, whether or not it has a value. That of an expired window has
   * none, and setting it is ignored and counted.
   *
   * @throws UnsupportedOperationException if the store keeps duplicates
   */
  Cell<V> cell(K key, long windowStartMs);

  /**
   * From now on tells the listener what is written. A store has one listener; another one replaces
   * it.
   *
   * @param sendOldValues whether the listener wants old values, which can cost a read
   */
  void setFlushListener(FlushListener<Windowed<K>, V> listener, boolean sendOldValues);

  /** Whether changes are coalesced until a flush. */
  boolean cachingEnabled();

  /** How many puts were ignored since the store was opened because their window had expired. */
  long expiredPuts();

  /** The committed values, for any thread. */
  ReadOnlyWindowStore<K, V> committed();

  /** The committed values with their times, for any thread. */
  ReadOnlyWindowStore<K, ValueAndTimestamp<V>> committedWithTimestamps();
}
