package io.headwater.log.key;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which runs to merge: neighbours of about one size, so that an entry is copied once for each time
 * that the whole grows fourfold, and there are at most three runs of each level, as a rule ever
 * smaller ones towards the newest.
 */
final class MergePolicy {
  private static final int RUNS_PER_MERGE = 4;

  private final Slice[] slices;
  private final Predicate<Slice> isFree;
  private final int levelEntries;

  /**
   * @param isFree whether a slice may be merged
   */
  MergePolicy(Slice[] slices, Predicate<Slice> isFree, int levelEntries) {
    this.slices = slices;
    this.isFree = isFree;
    this.levelEntries = levelEntries;
  }

  /** Slices from index {@code from} up to, not including, {@code to}. */
  record Choice(int from, int to) {}

  /** What to merge now; null if all is well. */
  @Nullable Choice choose() {
    for (int i = 0; i < slices.length; i++) {
      if (slices[i].share() < 0.5 && isFree.test(slices[i])) {
        return new Choice(i, i + 1); // most of the file does not count any more
      }
    }
    Choice best = null;
    int bestLevel = Integer.MAX_VALUE;
    for (int from = 0; from < slices.length; ) {
      int to = endOfNeighbours(from);
      for (int level = 0; to - from > 1 && level < bestLevel && level < 32; level++) {
        Choice choice = choose(from, to, level);
        if (choice != null) {
          best = choice;
          bestLevel = level;
        }
      }
      from = to;
    }
    return best;
  }

  /** The end of the free slices that follow each other from one on, which may be none. */
  private int endOfNeighbours(int from) {
    if (!isFree.test(slices[from])) {
      return from + 1;
    }
    int to = from + 1;
    while (to < slices.length
        && isFree.test(slices[to])
        && slices[to].from() == slices[to - 1].to()) {
      to++;
    }
    return to;
  }

  /** A merge whose largest slices are of a level, among some neighbours. */
  private @Nullable Choice choose(int from, int to, int level) {
    for (int start = from; start < to; ) {
      if (level(start) > level) {
        start++;
        continue;
      }
      int end = start;
      int count = 0;
      while (end < to && level(end) <= level) {
        count += level(end) == level ? 1 : 0;
        end++;
      }
      // Four of a size, or a smaller one before a larger: those come of parts that were made again.
      boolean rises = count > 0 && level(start) < level;
      Choice choice = count >= RUNS_PER_MERGE || rises ? fitting(start, end) : null;
      if (choice != null) {
        return choice;
      }
      start = end;
    }
    return null;
  }

  /** As many of the newest of some slices as fit into one run; null if that is one. */
  private @Nullable Choice fitting(int from, int to) {
    long entries = 0;
    int start = to;
    while (start > from) {
      Slice slice = slices[start - 1];
      entries += slice.entriesMax();
      if (entries > Sizes.ENTRIES_MAX || slices[to - 1].to() - slice.from() > Entries.RANGE_MAX) {
        break;
      }
      start--;
    }
    return to - start > 1 ? new Choice(start, to) : null;
  }

  private int level(int slice) {
    int level = 0;
    for (long entries = slices[slice].entriesMax(); entries >= levelEntries; entries /= 4) {
      level++;
    }
    return level;
  }
}
