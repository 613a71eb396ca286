package io.headwater.log.transaction;

import static java.util.Comparator.comparingLong;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The aborted transactions of one partition. One thread at a time adds to them, its owner sees to
 * that; readers need no lock.
 *
 * <p>Adding costs the same however many there are: arrays are only written behind what has been
 * shown of them, and replaced when they are full. For a reader they only ever become more.
 * Forgetting makes a new object: whoever still goes over batches that are no longer in the log
 * keeps the old one, which knows of them.
 */
public final class AbortedTransactions {
  /** Bounds of one producer's transactions: the first and last offset of each, ascending. */
  private static final class Bounds {
    private static final Bounds NONE = new Bounds(new long[0], 0);

    private final long[] offsets;
    private final int count;

    private Bounds(long[] offsets, int count) {
      this.offsets = offsets;
      this.count = count;
    }

    /** With one more; these stay as they are, but nothing else may be added to them. */
    Bounds with(long first, long last) {
      long[] target =
          count == offsets.length ? Arrays.copyOf(offsets, Math.max(4, 2 * count)) : offsets;
      target[count] = first;
      target[count + 1] = last;
      return new Bounds(target, count + 2);
    }

    boolean contains(long offset) {
      int at = Arrays.binarySearch(offsets, 0, count, offset);
      // An offset between a first and a last one would be inserted at an odd index.
      return at >= 0 || (-at - 1) % 2 == 1;
    }
  }

  private final Map<Long, Bounds> boundsByProducer = new ConcurrentHashMap<>();

  /** In the order of their markers; only for who adds. */
  private AbortedTransaction[] byLastOffset = new AbortedTransaction[0];

  private int count;

  /** In any order. */
  public static AbortedTransactions of(Collection<AbortedTransaction> transactions) {
    var aborted = new AbortedTransactions();
    transactions.stream()
        .sorted(comparingLong(AbortedTransaction::lastOffset))
        .forEach(aborted::add);
    return aborted;
  }

  /** Adds one whose marker is behind those of all others. */
  public void add(AbortedTransaction aborted) {
    if (count == byLastOffset.length) {
      byLastOffset = Arrays.copyOf(byLastOffset, Math.max(4, 2 * count));
    }
    byLastOffset[count++] = aborted;
    boundsByProducer.put(
        aborted.producerId(),
        boundsByProducer
            .getOrDefault(aborted.producerId(), Bounds.NONE)
            .with(aborted.firstOffset(), aborted.lastOffset()));
  }

  /** Whether a producer's transactional batch at an offset belongs to an aborted transaction. */
  public boolean contains(long producerId, long offset) {
    Bounds bounds = boundsByProducer.get(producerId);
    return bounds != null && bounds.contains(offset);
  }

  /** Those there are now, in the order of their markers; only for who adds. */
  public List<AbortedTransaction> all() {
    return Collections.unmodifiableList(Arrays.asList(byLastOffset).subList(0, count));
  }

  /**
   * Without those that lie below the start of their log; this one as it is where they are fewer
   * than half, so that forgetting costs no more than adding did.
   */
  public AbortedTransactions from(long startOffset) {
    if (count == 0 || byLastOffset[count / 2].lastOffset() >= startOffset) {
      return this;
    }
    return of(all().stream().filter(each -> each.lastOffset() >= startOffset).toList());
  }
}
