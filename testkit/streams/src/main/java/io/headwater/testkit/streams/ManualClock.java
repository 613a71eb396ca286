package io.headwater.testkit.streams;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until it is moved. For one thread. */
final class ManualClock implements InstantSource {
  private Instant now;

  ManualClock(Instant start) {
    now = start;
  }

  void advance(Duration advance) {
    now = now.plus(advance);
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public long millis() {
    return now.toEpochMilli();
  }
}
