package io.headwater.streams.kstream;

import org.jspecify.annotations.Nullable;

/** Makes one value of two of the same type; the first is the older one. Null deletes the result. */
@FunctionalInterface
public interface Reducer<V> {
  @Nullable V apply(V value1, V value2);
}
