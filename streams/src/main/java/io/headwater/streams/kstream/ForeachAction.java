package io.headwater.streams.kstream;

/** Does something with a record. */
@FunctionalInterface
public interface ForeachAction<K, V> {
  void apply(K key, V value);
}
