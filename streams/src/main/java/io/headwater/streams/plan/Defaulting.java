package io.headwater.streams.plan;

import io.headwater.serde.Serde;

/** A part of a plan that may rest on the application's default serdes, which a plan cannot know. */
public interface Defaulting<T> {
  /** The same part, with these serdes where the program named none. */
  T withDefaults(Serde<?> keySerde, Serde<?> valueSerde);
}
