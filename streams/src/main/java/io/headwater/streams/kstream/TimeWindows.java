package io.headwater.streams.kstream;

import java.time.Duration;

/**
 * Windows of one size that start at every multiple of the advance since the epoch: tumbling if the
 * two are equal, hopping and overlapping if the advance is smaller. A window contains its start and
 * not its end.
 *
 * @param sizeMs how long a window is
 * @param advanceMs from the start of one window to that of the next
 * @param graceMs how long after its end a window still takes records, in stream time
 */
public record TimeWindows(long sizeMs, long advanceMs, long graceMs) {
  public TimeWindows {
    if (sizeMs <= 0) {
      throw new IllegalArgumentException("a window's size must be positive, was " + sizeMs + " ms");
    }
    if (advanceMs <= 0 || advanceMs > sizeMs) {
      throw new IllegalArgumentException(
          "the advance must be positive and at most the window's size of %d ms, was %d ms"
              .formatted(sizeMs, advanceMs));
    }
    if (graceMs < 0) {
      throw new IllegalArgumentException("the grace cannot be negative, was " + graceMs + " ms");
    }
  }

  /** Tumbling windows that end when stream time reaches their end. */
  public static TimeWindows ofSizeWithNoGrace(Duration size) {
    return ofSizeAndGrace(size, Duration.ZERO);
  }

  /** Tumbling windows that take late records for a while after their end. */
  public static TimeWindows ofSizeAndGrace(Duration size, Duration afterWindowEnd) {
    return new TimeWindows(size.toMillis(), size.toMillis(), afterWindowEnd.toMillis());
  }

  /** Windows of the same size that start this far apart. */
  public TimeWindows advanceBy(Duration advance) {
    return new TimeWindows(sizeMs, advance.toMillis(), graceMs);
  }

  /**
   * The start of the earliest window that contains the time; the next ones follow by the advance.
   */
  public long earliestStartMs(long timestampMs) {
    return Math.max(0, timestampMs - sizeMs + advanceMs) / advanceMs * advanceMs;
  }
}
