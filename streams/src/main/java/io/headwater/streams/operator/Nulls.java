package io.headwater.streams.operator;

import org.jspecify.annotations.Nullable;

/** Lets a null pass where the type argument of a user's function decides whether one may. */
final class Nulls {
  private Nulls() {}

  /** The value as it is. */
  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // that is what it is for
  static <T> T pass(@Nullable T value) {
    return value;
  }
}
