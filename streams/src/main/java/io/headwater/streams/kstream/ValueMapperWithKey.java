package io.headwater.streams.kstream;

import org.jspecify.annotations.Nullable;

/** Makes a new value of a value, and may look at the key but not change it. */
@FunctionalInterface
public interface ValueMapperWithKey<K, V, VR> {
  @Nullable VR apply(K readOnlyKey, V value);
}
