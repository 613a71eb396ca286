package io.headwater.log.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** Time that moves only when told to. Safe for many threads. */
public final class ManualClock implements InstantSource {
  private final AtomicLong nowMs;

  /** A clock that stands at a time, in milliseconds since 1970. */
  public ManualClock(long startMs) {
    nowMs = new AtomicLong(startMs);
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(nowMs.get());
  }

  @Override
  public long millis() {
    return nowMs.get();
  }

  /** Moves the time on. */
  public void advance(Duration duration) {
    nowMs.addAndGet(duration.toMillis());
  }

  /** Sets the time, also back. */
  public void set(long timeMs) {
    nowMs.set(timeMs);
  }
}
