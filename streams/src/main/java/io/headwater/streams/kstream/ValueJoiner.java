package io.headwater.streams.kstream;

import org.jspecify.annotations.Nullable;

/** Makes one value of two that meet. In a left join the second can be null. */
@FunctionalInterface
public interface ValueJoiner<V1, V2, VR> {
  @Nullable VR apply(V1 value1, V2 value2);
}
