package io.headwater.log.key;

import io.headwater.log.OffsetRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What an index consists of at one moment: every offset from the first on is in exactly one part,
 * be it missing, in a run, or recent. Immutable but for the newest of the recent keys.
 */
final class Parts {
  final long first;
  final OffsetRange[] missing; // rising
  final Slice[] slices; // rising
  final RecentKeys[] recent; // rising, and past all else; the last one is added to
  final Pins pins = new Pins(); // who looks at it

  Parts(long first, OffsetRange[] missing, Slice[] slices, RecentKeys[] recent) {
    this.first = first;
    this.missing = missing;
    this.slices = slices;
    this.recent = recent;
  }

  // ---- what replaces it

  /**
   * With a new run, which counts in place of all there was of its offsets. Without it if they are
   * all below the first.
   */
  Parts with(Run run) {
    Slice added = Slice.of(run);
    long from = Math.max(first, added.from());
    if (from >= added.to()) {
      return this;
    }
    var stillMissing = new ArrayList<OffsetRange>();
    for (OffsetRange each : missing) {
      addRest(stillMissing, each, from, added.to());
    }
    var rest = new ArrayList<Slice>();
    for (Slice each : slices) {
      var ranges = new ArrayList<OffsetRange>();
      addRest(ranges, each.range(), from, added.to());
      ranges.forEach(range -> rest.add(new Slice(each.run(), range.from(), range.to())));
    }
    int at = 0;
    while (at < rest.size() && rest.get(at).from() < from) {
      at++;
    }
    rest.add(at, new Slice(run, from, added.to()));
    return new Parts(
        first, stillMissing.toArray(OffsetRange[]::new), rest.toArray(Slice[]::new), recent);
  }

  /** Adds what is left of a range without the offsets in between. */
  private static void addRest(List<OffsetRange> rest, OffsetRange range, long from, long to) {
    if (range.to() <= from || range.from() >= to) {
      rest.add(range);
      return;
    }
    if (range.from() < from) {
      rest.add(new OffsetRange(range.from(), from));
    }
    if (range.to() > to) {
      rest.add(new OffsetRange(to, range.to()));
    }
  }

  /** Without a run: what it covered is missing. */
  Parts without(Run run) {
    if (!has(run)) {
      return this;
    }
    var rest = new ArrayList<Slice>();
    var nowMissing = new ArrayList<>(List.of(missing));
    for (Slice each : slices) {
      if (each.run() == run) {
        nowMissing.add(each.range());
      } else {
        rest.add(each);
      }
    }
    return new Parts(first, sorted(nowMissing), rest.toArray(Slice[]::new), recent);
  }

  /** With new recent keys to be added to. */
  Parts with(RecentKeys newest) {
    RecentKeys[] more = Arrays.copyOf(recent, recent.length + 1);
    more[recent.length] = newest;
    return new Parts(first, missing, slices, more);
  }

  /** Without the oldest of the recent keys, which are in a run now. */
  Parts withoutOldestRecent() {
    return new Parts(first, missing, slices, Arrays.copyOfRange(recent, 1, recent.length));
  }

  /** Without the oldest of the recent keys, which are lost. */
  Parts withOldestRecentMissing() {
    var nowMissing = new ArrayList<>(List.of(missing));
    OffsetRange lost = new OffsetRange(recent[0].base(), recent[0].end());
    if (lost.to() > first) {
      nowMissing.add(new OffsetRange(Math.max(first, lost.from()), lost.to()));
    }
    return new Parts(
        first, sorted(nowMissing), slices, Arrays.copyOfRange(recent, 1, recent.length));
  }

  /** Without what is below an offset. */
  Parts from(long newFirst) {
    if (newFirst <= first) {
      return this;
    }
    var stillMissing = new ArrayList<OffsetRange>();
    for (OffsetRange each : missing) {
      if (each.to() > newFirst) {
        stillMissing.add(new OffsetRange(Math.max(newFirst, each.from()), each.to()));
      }
    }
    var rest = new ArrayList<Slice>();
    for (Slice each : slices) {
      if (each.to() > newFirst) {
        rest.add(new Slice(each.run(), Math.max(newFirst, each.from()), each.to()));
      }
    }
    return new Parts(newFirst, sorted(stillMissing), rest.toArray(Slice[]::new), recent);
  }

  private static OffsetRange[] sorted(List<OffsetRange> ranges) {
    OffsetRange[] sorted = ranges.toArray(OffsetRange[]::new);
    Arrays.sort(sorted, (a, b) -> Long.compare(a.from(), b.from()));
    return sorted;
  }

  boolean has(Run run) {
    for (Slice each : slices) {
      if (each.run() == run) {
        return true;
      }
    }
    return false;
  }

  // ---- looking up

  /** The greatest candidate below an offset, or -1. */
  long last(int hash, long below) {
    for (int i = recent.length - 1; i >= 0; i--) {
      if (recent[i].base() < below) {
        long offset = recent[i].last(hash, below);
        if (offset >= 0) {
          return ifThere(offset);
        }
      }
    }
    for (int i = slices.length - 1; i >= 0; i--) {
      Slice slice = slices[i];
      if (slice.from() < below && Run.allows(slice.run().filterWord(hash), hash)) {
        long offset = slice.last(hash, below);
        if (offset >= 0) {
          return offset;
        }
      }
    }
    return -1;
  }

  /** Recent keys are not cut when the log's first records go. */
  private long ifThere(long offset) {
    return offset >= first ? offset : -1;
  }

  /** Fills an array with the smallest candidates from an offset on, rising; returns how many. */
  int next(int hash, long from, long[] candidates) {
    int count = 0;
    for (int i = 0; i < slices.length && count < candidates.length; i++) {
      Slice slice = slices[i];
      if (slice.to() > from && Run.allows(slice.run().filterWord(hash), hash)) {
        long start = Math.max(from, slice.from());
        count = slice.run().next(hash, start, slice.to(), candidates, count);
      }
    }
    for (int i = 0; i < recent.length && count < candidates.length; i++) {
      if (recent[i].end() > from) {
        count = recent[i].next(hash, Math.max(from, first), candidates, count);
      }
    }
    return count;
  }

  /**
   * Finds the greatest candidate below an offset for each of many hashes, or -1.
   *
   * <p>Of each run it reads what it needs for all hashes that are still sought, one word each,
   * before it looks at any: reads that do not wait for each other are done by the processor at the
   * same time.
   */
  void lastOfEach(int[] hashes, int count, long below, long[] candidates) {
    int[] sought = new int[count];
    int seeking = 0;
    for (int i = 0; i < count; i++) {
      candidates[i] = -1;
      boolean found = false;
      for (int j = recent.length - 1; j >= 0 && !found; j--) {
        long offset = recent[j].base() < below ? recent[j].last(hashes[i], below) : -1;
        found = offset >= 0;
        candidates[i] = ifThere(offset);
      }
      sought[seeking] = i;
      seeking += found ? 0 : 1;
    }
    long[] words = new long[seeking];
    int[] allowed = new int[seeking];
    for (int i = slices.length - 1; i >= 0 && seeking > 0; i--) {
      Slice slice = slices[i];
      if (slice.from() < below) {
        seeking = lastOfEach(slice, hashes, below, candidates, sought, seeking, words, allowed);
      }
    }
  }

  /** Returns how many are still sought after a slice: the first of that array. */
  private static int lastOfEach(
      Slice slice,
      int[] hashes,
      long below,
      long[] candidates,
      int[] sought,
      int seeking,
      long[] words,
      int[] allowed) {
    Run run = slice.run();
    for (int i = 0; i < seeking; i++) {
      words[i] = run.filterWord(hashes[sought[i]]);
    }
    int allowedCount = 0;
    for (int i = 0; i < seeking; i++) {
      allowed[allowedCount] = sought[i];
      allowedCount += Run.allows(words[i], hashes[sought[i]]) ? 1 : 0;
    }
    for (int i = 0; i < allowedCount; i++) {
      words[i] = run.homeSlot(hashes[allowed[i]]);
    }
    for (int i = 0; i < allowedCount; i++) {
      candidates[allowed[i]] = slice.last(hashes[allowed[i]], below);
    }
    int left = 0;
    for (int i = 0; i < seeking; i++) {
      int key = sought[i];
      sought[left] = key;
      left += candidates[key] < 0 ? 1 : 0;
    }
    return left;
  }
}
