package io.headwater.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Spreads records evenly over time. */
final class Pacer {
  private static final Duration ENDLESS = Duration.ofDays(100_000);

  private final InstantSource clock;
  private final Instant start;
  private final double perSecond;
  private long count;

  /**
   * A pacer that starts now.
   *
   * @param perSecond how many records a second; infinite for as many as can be
   */
  Pacer(InstantSource clock, double perSecond) {
    this.clock = clock;
    this.start = clock.instant();
    this.perSecond = perSecond;
  }

  /** How long the next record has to wait; not positive if it is due. */
  Duration untilNext() {
    if (Double.isInfinite(perSecond)) {
      return Duration.ZERO;
    }
    double seconds = count / perSecond;
    Duration sinceStart =
        seconds >= ENDLESS.toSeconds() ? ENDLESS : Duration.ofNanos((long) (seconds * 1e9));
    return Duration.between(clock.instant(), start.plus(sinceStart));
  }

  /** How many records are due now, counting {@code countMax} at most. */
  int due(int countMax) {
    if (Double.isInfinite(perSecond)) {
      return countMax;
    }
    double seconds = Duration.between(start, clock.instant()).toNanos() / 1e9;
    return (int) Math.min(countMax, Math.max(0, Math.floor(seconds * perSecond) + 1 - count));
  }

  /** Counts records that went by. */
  void passed(int records) {
    count += records;
  }
}
