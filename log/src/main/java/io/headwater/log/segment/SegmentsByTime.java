package io.headwater.log.segment;

import java.util.Arrays;

/**
 * Finds the segment that has the first record of at least some timestamp. For each segment but the
 * newest it remembers the highest timestamp in it and all before it, which rises even where
 * timestamps go backwards, and so can be searched. Safe for many threads.
 */
public final class SegmentsByTime {
  private static final Known NOTHING = new Known(new Segment[0], new long[0], 0);

  /** Replaced as a whole; its arrays get more entries past the count. */
  private volatile Known known = NOTHING;

  private static final class Known {
    final Segment[] segments;
    final long[] highest;
    final int count;

    Known(Segment[] segments, long[] highest, int count) {
      this.segments = segments;
      this.highest = highest;
      this.count = count;
    }

    /**
     * The first segment in or before which the timestamp is reached; the count if there is none.
     */
    int indexOf(long timestampMs) {
      int low = 0;
      int high = count - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        if (highest[middle] < timestampMs) {
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
      return low;
    }
  }

  /**
   * The offset of the first record with at least that timestamp; -1 if there is none.
   *
   * @param all the log's segments, at least one, in order; only the last may grow
   */
  public long find(Segment[] all, long timestamp) {
    long timestampMs = Math.max(timestamp, -1); // there is none below
    Known current = known;
    if (current.segments != all || isTooShort(current, timestampMs)) {
      current = learn(all, timestampMs);
    }
    for (int i = current.indexOf(timestampMs); i < all.length; i++) {
      long found = all[i].offsetForTime(timestampMs);
      if (found >= 0) {
        return found;
      }
    }
    return -1;
  }

  private static boolean isTooShort(Known current, long timestampMs) {
    int count = current.count;
    return count < current.segments.length - 1
        && (count == 0 || current.highest[count - 1] < timestampMs);
  }

  private synchronized Known learn(Segment[] all, long timestampMs) {
    Known before = known;
    int count = 0;
    long[] highest = before.highest;
    if (before.segments == all) {
      count = before.count;
    } else {
      while (count < before.count
          && count < all.length - 1
          && before.segments[count] == all[count]) {
        count++;
      }
      highest = Arrays.copyOf(Arrays.copyOf(highest, count), all.length);
    }
    var learned = new Known(all, highest, count);
    while (isTooShort(learned, timestampMs)) {
      long own = all[count].maxTimestamp();
      highest[count] = count == 0 ? own : Math.max(highest[count - 1], own);
      count++;
      learned = new Known(all, highest, count);
    }
    known = learned;
    return learned;
  }
}
