package io.headwater.log;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What {@link Log#deleteAll} does between two segments, so that others get their turn. */
@FunctionalInterface
public interface DeleteBackoff {
  /** Goes on at once. */
  DeleteBackoff NONE = () -> {};

  /**
   * Returns when deleting may go on. Any exception ends the deletion: the caller gets it as the
   * cause of a {@link DeleteFailedException}.
   */
  void pause() throws InterruptedException;

  /**
   * Sleeps for a time.
   *
   * @throws IllegalArgumentException if it is negative
   */
  static DeleteBackoff of(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("a backoff cannot be negative, was " + time);
    }
    long nanos = TimeUnit.NANOSECONDS.convert(time); // of centuries, the longest there is
    return () -> TimeUnit.NANOSECONDS.sleep(nanos);
  }
}
