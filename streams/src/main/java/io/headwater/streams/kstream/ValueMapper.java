package io.headwater.streams.kstream;

import org.jspecify.annotations.Nullable;

/** Makes a new value of a value. */
@FunctionalInterface
public interface ValueMapper<V, VR> {
  @Nullable VR apply(V value);
}
