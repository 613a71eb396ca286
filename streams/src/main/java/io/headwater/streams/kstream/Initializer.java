package io.headwater.streams.kstream;

import org.jspecify.annotations.Nullable;

/** What an aggregation starts from, made anew for each key or window. */
@FunctionalInterface
public interface Initializer<VAgg> {
  @Nullable VAgg apply();
}
