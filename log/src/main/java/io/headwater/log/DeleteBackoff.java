package io.headwater.log;

import java.time.Duration;

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

  /** Sleeps for a time. */
  static DeleteBackoff of(Duration time) {
    return () -> Thread.sleep(time.toMillis());
  }
}
