package io.headwater.state;

/**
 * A window of a fixed length: from its start up to, not including, its end.
 *
 * @param start the first millisecond, at least 0
 * @param end the millisecond after the last one, greater than {@code start}
 */
public record TimeWindow(long start, long end) implements Window {
  public TimeWindow {
    if (start < 0 || end <= start) {
      throw new IllegalArgumentException(
          "a window starts at 0 or later and ends after its start: [%d, %d)".formatted(start, end));
    }
  }

  /**
   * The window of that start and length; one that would end past the end of time ends there.
   *
   * @param sizeMs more than 0
   */
  public static TimeWindow of(long startMs, long sizeMs) {
    long end = startMs + sizeMs;
    return new TimeWindow(startMs, end < 0 ? Long.MAX_VALUE : end);
  }

  @Override
  public boolean overlap(Window other) {
    if (!(other instanceof TimeWindow that)) {
      throw new IllegalArgumentException(
          "a time window overlaps only time windows, not a " + other.getClass().getSimpleName());
    }
    return start < that.end && that.start < end;
  }

  @Override
  public String toString() {
    return "Window{startMs=" + start + ", endMs=" + end + "}";
  }
}
