package io.headwater.log;

/** The offsets from {@code from} up to, not including, {@code to}. */
public record OffsetRange(long from, long to) {
  public OffsetRange {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("not an offset range: [%d, %d)".formatted(from, to));
    }
  }

  public boolean contains(long offset) {
    return offset >= from && offset < to;
  }

  /** How many offsets there are. There may be fewer records: compaction leaves gaps. */
  public long size() {
    return to - from;
  }

  @Override
  public String toString() {
    return "[%d, %d)".formatted(from, to);
  }
}
