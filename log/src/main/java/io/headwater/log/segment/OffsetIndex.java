package io.headwater.log.segment;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where some of a segment's batches start, by their last offset. One thread adds, any number look
 * up: an entry is there once the count, which is written last, includes it.
 */
final class OffsetIndex {
  private static final int ENTRY_BYTES = 8;

  private final long baseOffset;
  private volatile int[] offsets;
  private volatile int[] positions;
  private volatile int count;

  OffsetIndex(long baseOffset) {
    this(baseOffset, new int[16], new int[16], 0);
  }

  private OffsetIndex(long baseOffset, int[] offsets, int[] positions, int count) {
    this.baseOffset = baseOffset;
    this.offsets = offsets;
    this.positions = positions;
    this.count = count;
  }

  /**
   * The index in the bytes of a file; null if they cannot be the index of a segment of that size.
   */
  static @Nullable OffsetIndex parse(long baseOffset, byte[] bytes, int segmentBytes) {
    int count = bytes.length / ENTRY_BYTES;
    if (bytes.length % ENTRY_BYTES != 0) {
      return null;
    }
    int[] offsets = new int[Math.max(count, 1)];
    int[] positions = new int[Math.max(count, 1)];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    for (int i = 0; i < count; i++) {
      offsets[i] = buffer.getInt();
      positions[i] = buffer.getInt();
      boolean rises =
          i == 0
              ? offsets[i] >= 0 && positions[i] >= 0
              : offsets[i] > offsets[i - 1] && positions[i] > positions[i - 1];
      if (!rises || positions[i] >= segmentBytes) {
        return null;
      }
    }
    return new OffsetIndex(baseOffset, offsets, positions, count);
  }

  byte[] toBytes() {
    ByteBuffer buffer = ByteBuffer.allocate(count * ENTRY_BYTES);
    for (int i = 0; i < count; i++) {
      buffer.putInt(offsets[i]).putInt(positions[i]);
    }
    return buffer.array();
  }

  void add(long lastOffset, int position) {
    int at = count;
    if (at == offsets.length) {
      offsets = Arrays.copyOf(offsets, at * 2);
      positions = Arrays.copyOf(positions, at * 2);
    }
    offsets[at] = (int) (lastOffset - baseOffset);
    positions[at] = position;
    count = at + 1;
  }

  /** The last entry whose batch does not start after the one that holds the offset, or -1. */
  int floor(long offset) {
    int entries = count;
    int[] all = offsets;
    int low = 0;
    int high = entries - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (baseOffset + all[middle] <= offset) {
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

  long offset(int entry) {
    return baseOffset + offsets[entry];
  }

  int position(int entry) {
    return positions[entry];
  }
}
