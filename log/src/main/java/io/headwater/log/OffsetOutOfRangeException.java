package io.headwater.log;

import io.headwater.log.storage.LogException;

/** An offset was asked for that the log does not have (any more, or yet). */
public final class OffsetOutOfRangeException extends LogException {
  private static final long serialVersionUID = 1L;

  private final long offset;
  private final long from;
  private final long to;

  public OffsetOutOfRangeException(String log, long offset, OffsetRange range) {
    super(
        "%s has the offsets %s, not %d: start from %d for the oldest record or %d for the next one"
            .formatted(log, range, offset, range.from(), range.to()));
    this.offset = offset;
    this.from = range.from();
    this.to = range.to();
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
