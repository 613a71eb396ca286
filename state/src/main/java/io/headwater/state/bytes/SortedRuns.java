package io.headwater.state.bytes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Entries in the order of their keys: a few sorted arrays, immutable, each more than twice as long
 * as the next. A commit adds its new keys as one more array and merges those that have become too
 * alike in length, so that a key is copied about log2(n) times in all and a scan merges about
 * log2(n) arrays; a commit now and then pays for a large merge. Keys that have a value already cost
 * nothing.
 *
 * <p>Beside each array stand its keys' first eight bytes as numbers, which decide most comparisons
 * without a look at the keys. Merging leaves out dead entries.
 */
final class SortedRuns {
  static final SortedRuns EMPTY = new SortedRuns(List.of());

  private final List<Run> runs;

  private SortedRuns(List<Run> runs) {
    this.runs = runs;
  }

  /** These entries and the given ones, which come in any order and are marked as in order. */
  SortedRuns with(List<IndexEntry> added) {
    if (added.isEmpty()) {
      return this;
    }
    var longer = new ArrayList<>(runs);
    Run last = Run.of(added);
    while (!longer.isEmpty() && longer.get(longer.size() - 1).length() <= 2 * last.length()) {
      last = Run.merge(longer.remove(longer.size() - 1), last);
    }
    if (last.length() > 0) {
      longer.add(last);
    }
    return new SortedRuns(longer);
  }

  /** A cursor over the entries in [from, to), ascending, dead ones among them. */
  Cursor ascending(byte @Nullable [] from, byte @Nullable [] to) {
    return new Cursor(runs, from, to, 1);
  }

  /** A cursor over the entries in [from, to), descending, dead ones among them. */
  Cursor descending(byte @Nullable [] from, byte @Nullable [] to) {
    return new Cursor(runs, from, to, -1);
  }

  /** Merges the runs. {@link #peek} is null at the end. */
  static final class Cursor {
    private final Run[] runs;
    private final int[] at;
    private final int[] end;
    private final int step;
    private int best = -1;

    private Cursor(List<Run> all, byte @Nullable [] from, byte @Nullable [] to, int step) {
      runs = all.toArray(new Run[0]);
      at = new int[runs.length];
      end = new int[runs.length];
      this.step = step;
      for (int i = 0; i < runs.length; i++) {
        int first = from == null ? 0 : runs[i].firstAtOrAfter(from);
        int last = to == null ? runs[i].length() : runs[i].firstAtOrAfter(to);
        last = Math.max(first, last);
        at[i] = step > 0 ? first : last - 1;
        end[i] = step > 0 ? last : first - 1;
      }
      select();
    }

    private void select() {
      best = -1;
      for (int i = 0; i < runs.length; i++) {
        if (at[i] != end[i]
            && (best < 0 || runs[i].compare(at[i], runs[best], at[best]) * step < 0)) {
          best = i;
        }
      }
    }

    @Nullable IndexEntry peek() {
      return best < 0 ? null : runs[best].entries[at[best]];
    }

    void advance() {
      at[best] += step;
      select();
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Run(IndexEntry[] entries, long[] prefixes) {
    static Run of(List<IndexEntry> added) {
      var sorted = new Prefixed[added.size()];
      for (int i = 0; i < sorted.length; i++) {
        IndexEntry entry = added.get(i);
        entry.inOrder = true;
        sorted[i] = new Prefixed(KeyBytes.prefix(entry.key), entry);
      }
      Arrays.sort(sorted);
      var run = new Run(new IndexEntry[sorted.length], new long[sorted.length]);
      for (int i = 0; i < sorted.length; i++) {
        run.entries[i] = sorted[i].entry;
        run.prefixes[i] = sorted[i].prefix;
      }
      return run;
    }

    static Run merge(Run left, Run right) {
      var entries = new IndexEntry[left.length() + right.length()];
      var prefixes = new long[entries.length];
      int count = 0;
      int i = 0;
      int j = 0;
      while (i < left.length() || j < right.length()) {
        boolean takeLeft =
            j == right.length() || (i < left.length() && left.compare(i, right, j) <= 0);
        Run source = takeLeft ? left : right;
        int at = takeLeft ? i++ : j++;
        IndexEntry entry = source.entries[at];
        if (entry.isDead()) {
          entry.inOrder = false;
          continue;
        }
        entries[count] = entry;
        prefixes[count++] = source.prefixes[at];
      }
      return new Run(Arrays.copyOf(entries, count), Arrays.copyOf(prefixes, count));
    }

    int length() {
      return entries.length;
    }

    int compare(int index, Run that, int thatIndex) {
      return KeyBytes.compare(
          prefixes[index],
          entries[index].key,
          that.prefixes[thatIndex],
          that.entries[thatIndex].key);
    }

    int firstAtOrAfter(byte[] key) {
      long prefix = KeyBytes.prefix(key);
      int low = 0;
      int high = entries.length;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (KeyBytes.compare(prefixes[middle], entries[middle].key, prefix, key) < 0) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }

  /** An entry on its way into a run. */
  private record Prefixed(long prefix, IndexEntry entry) implements Comparable<Prefixed> {
    @Override
    public int compareTo(Prefixed that) {
      return KeyBytes.compare(prefix, entry.key, that.prefix, that.entry.key);
    }
  }
}
