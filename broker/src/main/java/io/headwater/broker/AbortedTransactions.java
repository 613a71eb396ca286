package io.headwater.broker;

import static java.util.Comparator.comparingLong;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The aborted transactions of one partition. Immutable, so readers need no lock. */
final class AbortedTransactions {
  static final AbortedTransactions NONE = new AbortedTransactions(List.of(), Map.of());

  private final List<AbortedTransaction> byLastOffset;

  /** First and last offset of each transaction in turn, ascending. */
  private final Map<Long, long[]> boundsByProducer;

  private AbortedTransactions(
      List<AbortedTransaction> byLastOffset, Map<Long, long[]> boundsByProducer) {
    this.byLastOffset = byLastOffset;
    this.boundsByProducer = boundsByProducer;
  }

  static AbortedTransactions of(List<AbortedTransaction> transactions) {
    var sorted = new ArrayList<>(transactions);
    sorted.sort(comparingLong(AbortedTransaction::lastOffset));
    var lists = new HashMap<Long, List<AbortedTransaction>>();
    sorted.forEach(
        aborted ->
            lists.computeIfAbsent(aborted.producerId(), id -> new ArrayList<>()).add(aborted));
    var bounds = new HashMap<Long, long[]>();
    lists.forEach((id, list) -> bounds.put(id, bounds(list)));
    return new AbortedTransactions(List.copyOf(sorted), bounds);
  }

  private static long[] bounds(List<AbortedTransaction> transactions) {
    long[] bounds = new long[2 * transactions.size()];
    for (int i = 0; i < transactions.size(); i++) {
      bounds[2 * i] = transactions.get(i).firstOffset();
      bounds[2 * i + 1] = transactions.get(i).lastOffset();
    }
    return bounds;
  }

  AbortedTransactions with(AbortedTransaction aborted) {
    var more = new ArrayList<>(byLastOffset);
    more.add(aborted);
    return of(more);
  }

  boolean isEmpty() {
    return byLastOffset.isEmpty();
  }

  /** Whether a producer's transactional batch at an offset belongs to an aborted transaction. */
  boolean contains(long producerId, long offset) {
    long[] bounds = boundsByProducer.get(producerId);
    if (bounds == null) {
      return false;
    }
    int at = Arrays.binarySearch(bounds, offset);
    // An offset between a first and a last one would be inserted at an odd index.
    return at >= 0 || (-at - 1) % 2 == 1;
  }

  /** In the order of their markers. */
  List<AbortedTransaction> all() {
    return byLastOffset;
  }
}
