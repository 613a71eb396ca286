package io.headwater.state;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One value a key and window, to be read. Times are starts of windows, and both ends of a range of
 * times are included. A window that has expired by the store's retention is not answered, whether
 * or not it was removed already.
 *
 * <p>Entries of one key come in the order of their windows. Entries of several keys come in the
 * order of the serialized key followed by the window's start: a key's windows follow each other,
 * unless one key's bytes begin with another's.
 */
public interface ReadOnlyWindowStore<K, V> {
  /** The value of the key in the window that starts at {@code time}, or null if it has none. */
  @Nullable V fetch(K key, long time);

  /** The windows of the key that start from {@code timeFrom} to {@code timeTo}, earliest first. */
  WindowStoreIterator<V> fetch(K key, Instant timeFrom, Instant timeTo);

  /** The windows of the key that start from {@code timeFrom} to {@code timeTo}, latest first. */
  WindowStoreIterator<V> backwardFetch(K key, Instant timeFrom, Instant timeTo);

  /**
   * The windows of the keys from {@code keyFrom} to {@code keyTo}, both included and null for an
   * open end, that start from {@code timeFrom} to {@code timeTo}.
   */
  KeyValueIterator<Windowed<K>, V> fetch(
      @Nullable K keyFrom, @Nullable K keyTo, Instant timeFrom, Instant timeTo);

  /** The same entries in descending order. */
  KeyValueIterator<Windowed<K>, V> backwardFetch(
      @Nullable K keyFrom, @Nullable K keyTo, Instant timeFrom, Instant timeTo);

  /** All windows of all keys that have not expired. */
  KeyValueIterator<Windowed<K>, V> all();

  /** All windows of all keys that have not expired, in descending order. */
  KeyValueIterator<Windowed<K>, V> backwardAll();

  /** The windows of all keys that start from {@code timeFrom} to {@code timeTo}. */
  default KeyValueIterator<Windowed<K>, V> fetchAll(Instant timeFrom, Instant timeTo) {
    return fetch(null, null, timeFrom, timeTo);
  }

  /** The windows of all keys that start in that range, in descending order. */
  default KeyValueIterator<Windowed<K>, V> backwardFetchAll(Instant timeFrom, Instant timeTo) {
    return backwardFetch(null, null, timeFrom, timeTo);
  }
}
