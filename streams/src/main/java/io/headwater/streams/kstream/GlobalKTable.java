package io.headwater.streams.kstream;

import org.jspecify.annotations.Nullable;

/** A table of which every application has all, loaded before its first record is processed. */
public interface GlobalKTable<K, V> {
  /** The name of its store, or null if it cannot be queried. */
  @Nullable String queryableStoreName();
}
