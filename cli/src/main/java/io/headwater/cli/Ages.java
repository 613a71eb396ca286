package io.headwater.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/** What an age means as of now. */
final class Ages {
  private Ages() {}

  /** When that was; the beginning of time if it is longer ago. */
  static Instant before(Console console, Duration age) {
    try {
      Instant then = console.clock().instant().minus(age);
      return then.isBefore(Instant.EPOCH) ? Instant.EPOCH.minusMillis(1) : then;
    } catch (DateTimeException | ArithmeticException e) {
      return Instant.EPOCH.minusMillis(1);
    }
  }
}
