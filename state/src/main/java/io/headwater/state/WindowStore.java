package io.headwater.state;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One value a key and window, kept for the store's retention.
 *
 * <p>The retention is measured in stream time: the latest start of a window that was put. A window
 * has expired when it starts the retention, or longer, before that. Expired windows are not
 * answered; they are removed in sweeps, when the task flushes, at most once for each segment
 * interval that stream time moves on. A window that has expired when it is put is ignored and
 * counted.
 */
public interface WindowStore<K, V> extends StateStore, ReadOnlyWindowStore<K, V> {
  /**
   * Sets the value of the key in the window that starts at that time; null deletes it. A store that
   * keeps duplicates adds the value beside the others of that key and window, and ignores null.
   *
   * @param windowStartTimestamp in milliseconds since 1970, at least 0
   */
  void put(K key, @Nullable V value, long windowStartTimestamp);

  /** The windows of the key that start from {@code timeFrom} to {@code timeTo}, earliest first. */
  WindowStoreIterator<V> fetch(K key, long timeFrom, long timeTo);

  /** The windows of the key that start from {@code timeFrom} to {@code timeTo}, latest first. */
  WindowStoreIterator<V> backwardFetch(K key, long timeFrom, long timeTo);

  /** The windows of a range of keys and starts, all bounds included; a null key is an open end. */
  KeyValueIterator<Windowed<K>, V> fetch(
      @Nullable K keyFrom, @Nullable K keyTo, long timeFrom, long timeTo);

  /** The same entries in descending order. */
  KeyValueIterator<Windowed<K>, V> backwardFetch(
      @Nullable K keyFrom, @Nullable K keyTo, long timeFrom, long timeTo);

  /** The windows of all keys that start from {@code timeFrom} to {@code timeTo}. */
  default KeyValueIterator<Windowed<K>, V> fetchAll(long timeFrom, long timeTo) {
    return fetch(null, null, timeFrom, timeTo);
  }

  /** The windows of all keys that start in that range, in descending order. */
  default KeyValueIterator<Windowed<K>, V> backwardFetchAll(long timeFrom, long timeTo) {
    return backwardFetch(null, null, timeFrom, timeTo);
  }

  @Override
  default WindowStoreIterator<V> fetch(K key, Instant timeFrom, Instant timeTo) {
    return fetch(key, WindowTimes.millis(timeFrom), WindowTimes.millis(timeTo));
  }

  @Override
  default WindowStoreIterator<V> backwardFetch(K key, Instant timeFrom, Instant timeTo) {
    return backwardFetch(key, WindowTimes.millis(timeFrom), WindowTimes.millis(timeTo));
  }

  @Override
  default KeyValueIterator<Windowed<K>, V> fetch(
      @Nullable K keyFrom, @Nullable K keyTo, Instant timeFrom, Instant timeTo) {
    return fetch(keyFrom, keyTo, WindowTimes.millis(timeFrom), WindowTimes.millis(timeTo));
  }

  @Override
  default KeyValueIterator<Windowed<K>, V> backwardFetch(
      @Nullable K keyFrom, @Nullable K keyTo, Instant timeFrom, Instant timeTo) {
    return backwardFetch(keyFrom, keyTo, WindowTimes.millis(timeFrom), WindowTimes.millis(timeTo));
  }
}
