package io.headwater.state;

import io.headwater.state.task.Cell;
import org.jspecify.annotations.Nullable;

/**
 * One key of a store in memory: its value, and what a flush has to know of it. A value is the
 * object itself if nobody can change it, else its bytes, of which each reading makes a new object.
 */
final class Slot<K, V> implements Cell<V> {
  /** Whether {@link #value} is known; if not, it is what the bytes below have. */
  static final int LOADED = 1;

  /** Whether the value has to be written to the bytes below. */
  static final int UNWRITTEN = 2;

  /** Whether it waits for a flush, in the list of those that do. */
  static final int WAITING = 4;

  /** Whether {@link #old} is known. */
  static final int OLD_KNOWN = 8;

  /** Whether the bytes below were given another value than {@link #old} before the flush. */
  static final int WRITTEN_EARLY = 16;

  /** Whether it was used since the last look for slots to drop. */
  static final int USED = 32;

  final SlotTable<K, V> table;
  final @Nullable K key;
  final long windowStartMs;
  final byte[] keyBytes;
  final int hash;

  int flags;
  @Nullable Object value;
  @Nullable Object old;
  long timestampMs;

  Slot(SlotTable<K, V> table, @Nullable K key, long windowStartMs, byte[] keyBytes, int hash) {
    this.table = table;
    this.key = key;
    this.windowStartMs = windowStartMs;
    this.keyBytes = keyBytes;
    this.hash = hash;
  }

  boolean is(int flag) {
    return (flags & flag) != 0;
  }

  @Override
  public @Nullable V value() {
    if ((flags & LOADED) == 0) {
      table.load(this);
    }
    return table.object(value);
  }

  @Override
  public long timestampMs() {
    if ((flags & LOADED) == 0) {
      table.load(this);
    }
    return timestampMs;
  }

  @Override
  public void set(@Nullable V newValue, long timestampMs) {
    table.set(this, newValue, timestampMs);
  }
}
