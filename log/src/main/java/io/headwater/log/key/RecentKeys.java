package io.headwater.log.key;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The newest keys, in memory: a hash table whose buckets are chains, newest entry first. One thread
 * adds, any number look up meanwhile. They see what is below {@link #end}, which is written last.
 */
final class RecentKeys {
  private static final VarHandle HEADS = MethodHandles.arrayElementVarHandle(int[].class);
  private static final VarHandle END;

  static {
    try {
      END = MethodHandles.lookup().findVarHandle(RecentKeys.class, "end", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final long base;
  private final long[] entries;
  private final int[] previous; // of each entry the number of the one before in its chain, from 1
  private final int[] heads; // of each bucket the number of its newest entry, from 1; 0 for none
  private final int bucketShift;
  private int count; // of the adding thread

  @SuppressWarnings("unused") // through END
  private volatile long end;

  /**
   * @param base the first offset it may have
   * @param capacity how many entries it can take, a power of two
   */
  RecentKeys(long base, int capacity) {
    this.base = base;
    entries = new long[capacity];
    previous = new int[capacity];
    heads = new int[capacity];
    bucketShift = 31 - Integer.numberOfTrailingZeros(capacity);
    end = base;
  }

  long base() {
    return base;
  }

  /** Every record below it, from the base on, can be found. */
  long end() {
    return end;
  }

  /** Whether there is no more room, be it for that offset. */
  boolean isFull(long offset) {
    return count == entries.length || offset - base >= Entries.RANGE_MAX;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Adds a record past all others, which is not seen yet. */
  void add(int hash, long offset) {
    int at = count;
    int bucket = hash >>> bucketShift;
    entries[at] = Entries.of(hash, offset - base);
    previous[at] = heads[bucket];
    count = at + 1;
    HEADS.setRelease(heads, bucket, at + 1);
  }

  /** Lets what was added be seen. A plain volatile write would wait for the one before. */
  void end(long newEnd) {
    END.setRelease(this, newEnd);
  }

  /** The greatest candidate below an offset, or -1. */
  long last(int hash, long below) {
    long bound = Math.min(below, end);
    for (int at = head(hash); at > 0; at = previous[at - 1]) {
      long entry = entries[at - 1];
      long offset = base + Entries.relativeOffsetOf(entry);
      if (Entries.hashOf(entry) == hash && offset < bound) {
        return offset;
      }
    }
    return -1;
  }

  /**
   * Puts the smallest candidates from an offset on into an array, rising, from index {@code count}
   * on, as many as there is room for. Returns the number of those in the array then.
   */
  int next(int hash, long from, long[] candidates, int count) {
    long bound = end;
    int head = head(hash);
    int matches = 0;
    for (int at = head; at > 0; at = previous[at - 1]) {
      if (isIn(entries[at - 1], hash, from, bound)) {
        matches++;
      }
    }
    int wanted = Math.min(matches, candidates.length - count);
    for (int at = head; matches > 0; at = previous[at - 1]) {
      long entry = entries[at - 1];
      if (isIn(entry, hash, from, bound)) {
        matches--;
        if (matches < wanted) {
          candidates[count + matches] = base + Entries.relativeOffsetOf(entry);
        }
      }
    }
    return count + wanted;
  }

  private boolean isIn(long entry, int hash, long from, long bound) {
    long offset = base + Entries.relativeOffsetOf(entry);
    return Entries.hashOf(entry) == hash && offset >= from && offset < bound;
  }

  private int head(int hash) {
    return (int) HEADS.getAcquire(heads, hash >>> bucketShift);
  }

  /** All entries in order. Nobody may be adding. */
  long[] sorted() {
    long[] sorted = new long[count];
    int size = 0;
    for (int head : heads) {
      int start = size;
      for (int at = head; at > 0; at = previous[at - 1]) {
        sorted[size++] = entries[at - 1];
      }
      if (size - start > 1) {
        Arrays.sort(sorted, start, size);
      }
    }
    return sorted;
  }
}
