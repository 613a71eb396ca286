package io.headwater.state;

import java.time.Instant;

/**
 * The times of a window store, in milliseconds.
 *
 * @param sizeMs the length of a window
 * @param retentionMs how long a window is kept from its start
 * @param segmentIntervalMs how far stream time moves between two removals of expired windows
 * @param duplicates whether several values of one key and window are kept
 */
record WindowTimes(long sizeMs, long retentionMs, long segmentIntervalMs, boolean duplicates) {
  static WindowTimes of(WindowBytesStoreSupplier supplier) {
    return new WindowTimes(
        supplier.windowSize(),
        supplier.retentionPeriod(),
        supplier.segmentIntervalMs(),
        supplier.retainDuplicates());
  }

  /** The earliest start of a window that has not expired. */
  long firstLive(long streamTimeMs) {
    return Math.max(0, streamTimeMs - retentionMs + 1);
  }

  TimeWindow window(long startMs) {
    return TimeWindow.of(startMs, sizeMs);
  }

  /** Milliseconds since 1970; an instant that has none is the first or last one. */
  static long millis(Instant time) {
    try {
      return time.toEpochMilli();
    } catch (ArithmeticException e) {
      return time.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }
}
