package io.headwater.streams.kstream;

import org.jspecify.annotations.Nullable;

/** Makes one value of two that meet, and may look at the key but not change it. */
@FunctionalInterface
public interface ValueJoinerWithKey<K1, V1, V2, VR> {
  @Nullable VR apply(K1 readOnlyKey, V1 value1, V2 value2);
}
