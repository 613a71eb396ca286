package io.headwater.streams.kstream;

import org.jspecify.annotations.Nullable;

/** Makes something of a key and a value: another key, a pair, or several pairs. */
@FunctionalInterface
public interface KeyValueMapper<K, V, VR> {
  @Nullable VR apply(K key, V value);
}
