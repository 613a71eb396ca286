package io.headwater.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The wish that a command ends early, as Ctrl-C expresses it. A command that runs long looks at it
 * between two records, and closes what it has open. Safe for many threads.
 */
final class Stop {
  private final CountDownLatch requested = new CountDownLatch(1);

  void request() {
    requested.countDown();
  }

  boolean requested() {
    return requested.getCount() == 0;
  }

  /** Waits that long, or until the stop is requested; says whether it is. */
  boolean await(Duration timeout) {
    try {
      return requested.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
