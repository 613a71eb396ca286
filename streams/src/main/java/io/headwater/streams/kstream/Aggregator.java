package io.headwater.streams.kstream;

import org.jspecify.annotations.Nullable;

/** Takes one more value into an aggregate. Null deletes the aggregate. */
@FunctionalInterface
public interface Aggregator<K, V, VAgg> {
  @Nullable VAgg apply(K key, V value, VAgg aggregate);
}
