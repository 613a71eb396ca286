package io.headwater.log.segment;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The highest timestamp so far at some of a segment's batches, and the last offset of the batch
 * that has it. One thread adds, any number look up: an entry is there once the count includes it.
 */
final class TimeIndex {
  private static final int ENTRY_BYTES = 12;

  private final long baseOffset;
  private volatile long[] timestamps;
  private volatile int[] offsets;
  private volatile int count;

  TimeIndex(long baseOffset) {
    this(baseOffset, new long[16], new int[16], 0);
  }

  private TimeIndex(long baseOffset, long[] timestamps, int[] offsets, int count) {
    this.baseOffset = baseOffset;
    this.timestamps = timestamps;
    this.offsets = offsets;
    this.count = count;
  }

  /** The index in the bytes of a file; null if they cannot be one. */
  static @Nullable TimeIndex parse(long baseOffset, byte[] bytes) {
    int count = bytes.length / ENTRY_BYTES;
    if (bytes.length % ENTRY_BYTES != 0) {
      return null;
    }
    long[] timestamps = new long[Math.max(count, 1)];
    int[] offsets = new int[Math.max(count, 1)];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    for (int i = 0; i < count; i++) {
      timestamps[i] = buffer.getLong();
      offsets[i] = buffer.getInt();
      boolean rises =
          i == 0
              ? timestamps[i] >= 0 && offsets[i] >= 0
              : timestamps[i] > timestamps[i - 1] && offsets[i] > offsets[i - 1];
      if (!rises) {
        return null;
      }
    }
    return new TimeIndex(baseOffset, timestamps, offsets, count);
  }

  byte[] toBytes() {
    ByteBuffer buffer = ByteBuffer.allocate(count * ENTRY_BYTES);
    for (int i = 0; i < count; i++) {
      buffer.putLong(timestamps[i]).putInt(offsets[i]);
    }
    return buffer.array();
  }

  /** Adds an entry unless its timestamp is not above that of the last one. */
  void add(long timestampMs, long lastOffset) {
    int at = count;
    if (timestampMs <= (at == 0 ? -1 : timestamps[at - 1])) {
      return;
    }
    if (at == offsets.length) {
      timestamps = Arrays.copyOf(timestamps, at * 2);
      offsets = Arrays.copyOf(offsets, at * 2);
    }
    timestamps[at] = timestampMs;
    offsets[at] = (int) (lastOffset - baseOffset);
    count = at + 1;
  }

  /** The last entry whose timestamp is at most the given one, or -1. */
  int floor(long timestampMs) {
    int entries = count;
    long[] all = timestamps;
    int low = 0;
    int high = entries - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (all[middle] <= timestampMs) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  int last() {
    return count - 1;
  }

  long timestamp(int entry) {
    return timestamps[entry];
  }

  long offset(int entry) {
    return baseOffset + offsets[entry];
  }
}
