package io.headwater.log;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A set of offsets, in order. It is kept as ranges: offsets that follow each other cost nothing, a
 * lone one 16 bytes. Immutable.
 */
public final class OffsetSet {
  /** No offset. */
  public static final OffsetSet EMPTY = new OffsetSet(new long[0]);

  /** Where each range starts and, next to it, where it ends: rising, so that ranges never touch. */
  private final long[] bounds;

  private OffsetSet(long[] bounds) {
    this.bounds = bounds;
  }

  /** The given offsets, in any order; an offset may be given twice. */
  public static OffsetSet of(long... offsets) {
    Builder builder = builder();
    for (long offset : offsets) {
      builder.add(offset);
    }
    return builder.build();
  }

  /** The offsets from {@code from} up to, not including, {@code to}. */
  public static OffsetSet range(long from, long to) {
    return builder().add(new OffsetRange(from, to)).build();
  }

  public static Builder builder() {
    return new Builder();
  }

  public boolean contains(long offset) {
    int found = Arrays.binarySearch(bounds, offset);
    return found >= 0 ? found % 2 == 0 : (-found - 1) % 2 == 1;
  }

  public boolean isEmpty() {
    return bounds.length == 0;
  }

  /** How many offsets there are. */
  public long count() {
    long count = 0;
    for (int i = 0; i < bounds.length; i += 2) {
      count += bounds[i + 1] - bounds[i];
    }
    return count;
  }

  /**
   * The lowest offset.
   *
   * @throws NoSuchElementException if the set is empty
   */
  public long first() {
    ensureNotEmpty();
    return bounds[0];
  }

  /**
   * The highest offset.
   *
   * @throws NoSuchElementException if the set is empty
   */
  public long last() {
    ensureNotEmpty();
    return bounds[bounds.length - 1] - 1;
  }

  private void ensureNotEmpty() {
    if (isEmpty()) {
      throw new NoSuchElementException("the set has no offsets");
    }
  }

  /** The offsets as the fewest ranges that hold them, in order. */
  public List<OffsetRange> ranges() {
    var ranges = new ArrayList<OffsetRange>(bounds.length / 2);
    for (int i = 0; i < bounds.length; i += 2) {
      ranges.add(new OffsetRange(bounds[i], bounds[i + 1]));
    }
    return Collections.unmodifiableList(ranges);
  }

  /** The offsets, rising. */
  public LongStream stream() {
    return IntStream.range(0, bounds.length / 2)
        .mapToObj(i -> LongStream.range(bounds[2 * i], bounds[2 * i + 1]))
        .flatMapToLong(offsets -> offsets);
  }

  /** The offsets that are in this set or in the other. */
  public OffsetSet plus(OffsetSet other) {
    if (isEmpty() || other.isEmpty()) {
      return isEmpty() ? other : this;
    }
    return builder().add(this).add(other).build();
  }

  /** The offsets of this set that are not in the other. */
  public OffsetSet minus(OffsetSet other) {
    Builder rest = builder();
    int next = 0;
    for (int i = 0; i < bounds.length; i += 2) {
      long from = bounds[i];
      long to = bounds[i + 1];
      while (next < other.bounds.length && other.bounds[next + 1] <= from) {
        next += 2;
      }
      for (int cut = next; cut < other.bounds.length && other.bounds[cut] < to; cut += 2) {
        rest.add(from, Math.max(from, other.bounds[cut]));
        from = Math.min(to, other.bounds[cut + 1]);
      }
      rest.add(from, to);
    }
    return rest.build();
  }

  /** The lowest offset of this set from one on; -1 if there is none. */
  long firstFrom(long offset) {
    int i = rangeEndingAfter(offset);
    return i == bounds.length ? -1 : Math.max(bounds[i], offset);
  }

  /** Where in the bounds the first range begins that ends after an offset. */
  private int rangeEndingAfter(long offset) {
    int found = Arrays.binarySearch(bounds, offset);
    int notBelow = found < 0 ? -found - 1 : found;
    boolean endsThere = notBelow % 2 == 1;
    if (!endsThere) {
      return notBelow;
    }
    return found < 0 ? notBelow - 1 : notBelow + 1;
  }

  /** The offsets of this set that are in a range. */
  public OffsetSet within(OffsetRange range) {
    Builder inside = builder();
    for (int i = rangeEndingAfter(range.from());
        i < bounds.length && bounds[i] < range.to();
        i += 2) {
      long from = Math.max(bounds[i], range.from());
      inside.add(from, Math.max(from, Math.min(bounds[i + 1], range.to())));
    }
    return inside.build();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof OffsetSet that && Arrays.equals(bounds, that.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }

  /** The first ranges, and how many offsets there are if there are more. */
  @Override
  public String toString() {
    var text = new StringBuilder("{");
    int shown = Math.min(bounds.length, 20);
    for (int i = 0; i < shown; i += 2) {
      text.append(i == 0 ? "" : ", ").append(bounds[i]);
      if (bounds[i + 1] - bounds[i] > 1) {
        text.append("..").append(bounds[i + 1] - 1);
      }
    }
    if (shown < bounds.length) {
      text.append(", ... ").append(count()).append(" in all");
    }
    return text.append('}').toString();
  }

  /** Collects offsets; cheapest if they come in rising order. Not safe for many threads. */
  public static final class Builder {
    private long[] bounds = new long[8];
    private int size;
    private boolean rising = true;

    private Builder() {}

    /**
     * Adds an offset; does nothing if it is there.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder add(long offset) {
      if (offset < 0 || offset == Long.MAX_VALUE) {
        throw new IllegalArgumentException(
            "%d is not the offset of a message; those are at least 0".formatted(offset));
      }
      return add(offset, offset + 1);
    }

    /** Adds all offsets of a range. */
    public Builder add(OffsetRange range) {
      return add(range.from(), range.to());
    }

    /** Adds all offsets of another set. */
    public Builder add(OffsetSet offsets) {
      for (int i = 0; i < offsets.bounds.length; i += 2) {
        add(offsets.bounds[i], offsets.bounds[i + 1]);
      }
      return this;
    }

    private Builder add(long from, long to) {
      if (from == to) {
        return this;
      }
      if (size > 0 && from >= bounds[size - 2] && from <= bounds[size - 1]) {
        bounds[size - 1] = Math.max(bounds[size - 1], to);
        return this;
      }
      if (size == bounds.length) {
        bounds = Arrays.copyOf(bounds, 2 * size);
      }
      rising &= size == 0 || from > bounds[size - 1];
      bounds[size++] = from;
      bounds[size++] = to;
      return this;
    }

    /** The set of all that was added. The builder can go on after it. */
    public OffsetSet build() {
      if (!rising) {
        sort();
      }
      return size == 0 ? EMPTY : new OffsetSet(Arrays.copyOf(bounds, size));
    }

    private void sort() {
      var ranges = new OffsetRange[size / 2];
      for (int i = 0; i < ranges.length; i++) {
        ranges[i] = new OffsetRange(bounds[2 * i], bounds[2 * i + 1]);
      }
      Arrays.sort(ranges, (one, other) -> Long.compare(one.from(), other.from()));
      size = 0;
      rising = true;
      for (OffsetRange range : ranges) {
        add(range.from(), range.to());
      }
    }
  }
}
