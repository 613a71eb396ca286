package io.headwater.log;

import io.headwater.log.storage.LogException;

/** An offset was asked for that the log does not have (any more, or yet). */
public final class OffsetOutOfRangeException extends LogException {
  private static final long serialVersionUID = 1L;

  private final long offset;
  private final long from;
  private final long to;

  public OffsetOutOfRangeException(String log, long offset, OffsetRange range) {
    super(message(log, offset, range));
    this.offset = offset;
    this.from = range.from();
    this.to = range.to();
  }

  private static String message(String log, long offset, OffsetRange range) {
    if (range.size() == 0 && offset <= range.to()) {
      return "%s is empty, it has no record at %s; the next one gets offset %d"
          .formatted(log, name(offset), range.to());
    }
    return "%s has the offsets %s, not %d: start from %d for the oldest record or %d for the next one"
        .formatted(log, range, offset, range.from(), range.to());
  }

  private static String name(long offset) {
    if (offset == Log.OLDEST) {
      return "OLDEST";
    }
    return offset == Log.NEWEST ? "NEWEST" : "offset " + offset;
  }

  /** The offset that was asked for. */
  public long offset() {
    return offset;
  }

  /** What the log had. */
  public OffsetRange range() {
    return new OffsetRange(from, to);
  }
}
