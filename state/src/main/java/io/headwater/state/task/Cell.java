package io.headwater.state.task;

import org.jspecify.annotations.Nullable;

/**
 * One key's value in a store, found once and then read and set without looking it up again. Valid
 * until the next call of the store that it came from.
 */
public interface Cell<V> {
  /** The value, or null if the key has none. */
  @Nullable V value();

  /** The value's own time, in milliseconds since 1970 (UTC); 0 if there is no value. */
  long timestampMs();

  /** Sets the value and its time, as a put does; null deletes it. */
  void set(@Nullable V value, long timestampMs);
}
