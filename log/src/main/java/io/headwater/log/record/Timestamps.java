package io.headwater.log.record;

import java.time.Instant;

/**
 * Instants as the timestamps that records have: milliseconds since 1970. An instant beyond them
 * counts as the lowest or the highest.
 */
public final class Timestamps {
  private static final Instant LOWEST = Instant.ofEpochMilli(Long.MIN_VALUE);
  private static final Instant HIGHEST = Instant.ofEpochMilli(Long.MAX_VALUE);

  private Timestamps() {}

  /** The highest timestamp that is not after an instant. */
  public static long floor(Instant time) {
    return within(time).toEpochMilli();
  }

  /** The lowest timestamp that is not before an instant. */
  public static long ceil(Instant time) {
    Instant within = within(time);
    long millis = within.toEpochMilli();
    return within.equals(Instant.ofEpochMilli(millis)) ? millis : millis + 1;
  }

  private static Instant within(Instant time) {
    if (time.isBefore(LOWEST)) {
      return LOWEST;
    }
    return time.isAfter(HIGHEST) ? HIGHEST : time;
  }
}
