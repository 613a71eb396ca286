package io.headwater.log.segment;

import io.headwater.log.storage.StorageFile;

/**
 * How far ahead of its writer a log reserves space in its newest segment: in steps that start at 64
 * KiB and double, so that a log with few records takes little space, and one with many seldom stops
 * to reserve more. The steps go on from one segment to the next. Not safe for many threads.
 */
public final class ReserveAhead {
  private static final int FIRST_BYTES = 64 << 10;

  /** So that no append has to wait for more than some milliseconds. */
  private static final int LAST_BYTES = 4 << 20;

  private final int segmentBytes;
  private int step = FIRST_BYTES;

  /**
   * @param segmentBytes the size of a full segment: no more than that is reserved
   */
  public ReserveAhead(int segmentBytes) {
    this.segmentBytes = segmentBytes;
  }

  /** Reserves the next step in a file that is to be written up to a position at least. */
  void reserve(StorageFile file, long end) {
    long wanted = Math.min(Math.max(file.size(), end) + step, segmentBytes);
    file.reserve(Math.max(wanted, end));
    step = Math.min(2 * step, LAST_BYTES);
  }
}
