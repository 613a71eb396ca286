package io.headwater.state;

import java.time.Instant;

/** A stretch of time, in milliseconds since 1970 (UTC). */
public interface Window {
  /** The first millisecond of the window. */
  long start();

  /**
   * Where the window ends; whether this millisecond belongs to it is for the kind of window to say.
   */
  long end();

  /** The start as an instant. */
  default Instant startTime() {
    return Instant.ofEpochMilli(start());
  }

  /** The end as an instant. */
  default Instant endTime() {
    return Instant.ofEpochMilli(end());
  }

  /**
   * Whether the two share a moment.
   *
   * @throws IllegalArgumentException if {@code other} is another kind of window
   */
  boolean overlap(Window other);
}
