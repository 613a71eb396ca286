package io.headwater.benchmarks.engine;

import java.util.concurrent.CountDownLatch;

/** When a round's first value was deserialized, on {@link System#nanoTime}. For many threads. */
public final class FirstValue {
  private final CountDownLatch seen = new CountDownLatch(1);
  private long nanos;

  /** Says that a value was deserialized just now; only the first call counts. */
  public synchronized void mark() {
    if (seen.getCount() > 0) {
      nanos = System.nanoTime();
      seen.countDown();
    }
  }

  /**
   * The time since the first value.
   *
   * @throws IllegalStateException if there was none yet
   */
  public synchronized long elapsedNanos(long nowNanos) {
    if (seen.getCount() > 0) {
      throw new IllegalStateException("no value was deserialized yet");
    }
    return nowNanos - nanos;
  }
}
