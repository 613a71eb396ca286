package io.headwater.state.task;

import org.jspecify.annotations.Nullable;

/**
 * Hears what a store writes: the last value of each changed key at a flush, or, without a cache,
 * each put at once. It may read and write the store that tells it.
 */
@FunctionalInterface
public interface FlushListener<K, V> {
  /**
   * A key's value was written.
   *
   * @param newValue null if the key was deleted
   * @param oldValue the value as of the last time the listener heard of the key; null if it had
   *     none, or if the listener did not ask for old values
   * @param timestampMs the new value's own time, or when it was deleted
   */
  void flushed(K key, @Nullable V newValue, @Nullable V oldValue, long timestampMs);
}
