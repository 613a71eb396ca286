package io.headwater.log.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.OffsetRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What an index is compared with: a log of which only offsets and hashes are kept, and a list of
 * offsets for each hash. It takes the part of a log in answering, too: a candidate that is not
 * there or has another hash is passed over.
 */
final class KeyLog implements KeySource {
  private final TreeMap<Long, Long> records = new TreeMap<>();
  private final TreeMap<Long, TreeSet<Long>> offsets = new TreeMap<>(); // by hash
  private long first;
  private long end;

  /** How many records an index was made again from. */
  long scanned;

  @Override
  public synchronized void keys(long from, long to, Sink sink) {
    for (Map.Entry<Long, Long> each : records.subMap(from, to).entrySet()) {
      scanned++;
      sink.key(each.getKey(), each.getValue());
    }
  }

  synchronized OffsetRange range() {
    return new OffsetRange(first, end);
  }

  synchronized long end() {
    return end;
  }

  synchronized long append(long hash) {
    records.put(end, hash);
    offsets.computeIfAbsent(hash, h -> new TreeSet<>()).add(end);
    return end++;
  }

  synchronized void delete(long offset) {
    Long hash = records.remove(offset);
    if (hash != null) {
      offsets.getOrDefault(hash, new TreeSet<>()).remove(offset);
    }
  }

  synchronized void dropBelow(long newFirst) {
    List.copyOf(records.headMap(newFirst).keySet()).forEach(this::delete);
    first = Math.max(first, newFirst);
  }

  /** Loses the newest records, as in a crash. */
  synchronized void cut(long newEnd) {
    List.copyOf(records.tailMap(newEnd).keySet()).forEach(this::delete);
    end = Math.max(newEnd, first);
  }

  synchronized @Nullable Long hashAt(long offset) {
    return records.get(offset);
  }

  /** A hash that some record has or had, or any. */
  synchronized long someHash(Random random) {
    List<Long> known = new ArrayList<>(offsets.keySet());
    return known.isEmpty() || random.nextInt(8) == 0
        ? random.nextLong()
        : known.get(random.nextInt(known.size()));
  }

  synchronized long lastOf(long hash, long below) {
    Long found = offsets.getOrDefault(hash, new TreeSet<>()).lower(below);
    return found == null ? -1 : found;
  }

  synchronized List<Long> allOf(long hash, long from) {
    return List.copyOf(offsets.getOrDefault(hash, new TreeSet<>()).tailSet(from));
  }

  // ---- asking an index as a log does

  long askLast(KeyIndex index, long hash, long below) {
    long candidate = index.last(hash, below);
    for (long bound = below; candidate >= 0 && !is(candidate, hash); ) {
      assertThat(candidate).isLessThan(bound);
      bound = candidate;
      candidate = index.last(hash, bound);
    }
    return candidate;
  }

  List<Long> askAll(KeyIndex index, long hash, long from, int atATime) {
    var found = new ArrayList<Long>();
    long[] candidates = new long[atATime];
    long position = from;
    while (true) {
      int count = index.next(hash, position, candidates);
      for (int i = 0; i < count; i++) {
        assertThat(candidates[i]).isGreaterThanOrEqualTo(position);
        position = candidates[i] + 1;
        if (is(candidates[i], hash)) {
          found.add(candidates[i]);
        }
      }
      if (count < atATime) {
        return found;
      }
    }
  }

  /**
   * Whether a candidate holds. If not, its record is gone, or its hash begins with the same bits.
   */
  private boolean is(long candidate, long hash) {
    Long there = hashAt(candidate);
    assertThat(there == null || Entries.hash(there) == Entries.hash(hash))
        .as("offset %d for %016x", candidate, hash)
        .isTrue();
    return there != null && there == hash;
  }

  /** Compares some answers of an index. */
  void compare(String where, KeyIndex index, Random random) {
    assertThat(index.end()).as(where).isEqualTo(end());
    long[] hashes = new long[1 + random.nextInt(150)];
    Arrays.setAll(hashes, i -> someHash(random));
    for (long hash : hashes) {
      long at = range().from() + (long) (random.nextDouble() * (end() - range().from() + 2)) - 1;
      assertThat(askLast(index, hash, at)).as(where).isEqualTo(lastOf(hash, at));
      assertThat(askLast(index, hash, Long.MAX_VALUE))
          .as(where)
          .isEqualTo(lastOf(hash, Long.MAX_VALUE));
    }
    for (int i = 0; i < 10; i++) {
      long hash = someHash(random);
      long from = range().from() + random.nextInt((int) (end() - range().from() + 2));
      assertThat(askAll(index, hash, from, 1 + random.nextInt(30)))
          .as(where)
          .isEqualTo(allOf(hash, from));
    }
    long below = random.nextBoolean() ? Long.MAX_VALUE : range().from() + random.nextInt(10_000);
    long[] candidates = new long[hashes.length];
    index.lastOfEach(hashes, hashes.length, below, candidates);
    for (int i = 0; i < hashes.length; i++) {
      assertThat(candidates[i]).as(where).isEqualTo(index.last(hashes[i], below));
    }
  }
}
