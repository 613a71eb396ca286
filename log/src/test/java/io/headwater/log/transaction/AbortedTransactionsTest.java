package io.headwater.log.transaction;

import static java.util.Comparator.comparingLong;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.headwater.log.testing.Seeds;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AbortedTransactionsTest {
  private static final int PRODUCERS = 5;

  /** Transactions of several producers, each one's after another, among each other as they come. */
  private static List<AbortedTransaction> transactions(Random random, int count) {
    var firsts = new HashMap<Long, Long>();
    var transactions = new ArrayList<AbortedTransaction>();
    for (long offset = 0; transactions.size() < count; offset++) {
      long producer = random.nextInt(PRODUCERS);
      Long first = firsts.remove(producer);
      if (first == null) {
        firsts.put(producer, offset);
      } else if (random.nextInt(3) > 0) { // else it was committed
        transactions.add(new AbortedTransaction(producer, first, offset, 0));
      }
    }
    return transactions;
  }

  private static void assertKnows(
      AbortedTransactions aborted, List<AbortedTransaction> expected, long from, String context) {
    long end = expected.get(expected.size() - 1).lastOffset() + 2;
    for (long producer = 0; producer < PRODUCERS; producer++) {
      for (long offset = from; offset < end; offset++) {
        long id = producer;
        long at = offset;
        assertThat(aborted.contains(id, at))
            .as("%s, producer %d, offset %d", context, id, at)
            .isEqualTo(
                expected.stream()
                    .anyMatch(
                        each ->
                            each.producerId() == id
                                && each.firstOffset() <= at
                                && at <= each.lastOffset()));
      }
    }
  }

  @Test
  void aBatchIsFoundInTheTransactionsOfItsProducer() {
    long seed = Seeds.next();
    List<AbortedTransaction> expected = transactions(new Random(seed), 200);
    var added = new AbortedTransactions();
    expected.forEach(added::add);
    assertKnows(added, expected, 0, "seed " + seed);
    assertThat(added.all()).isEqualTo(expected);

    var shuffled = new ArrayList<>(expected);
    Collections.shuffle(shuffled, new Random(seed));
    AbortedTransactions sorted = AbortedTransactions.of(shuffled);
    assertKnows(sorted, expected, 0, "seed " + seed);
    assertThat(sorted.all()).isEqualTo(expected);
  }

  @Test
  void thoseBelowTheStartOfTheLogAreForgottenButNotByWhoReadsThem() {
    long seed = Seeds.next();
    List<AbortedTransaction> expected = transactions(new Random(seed), 200);
    AbortedTransactions all = AbortedTransactions.of(expected);

    long early = expected.get(50).lastOffset();
    assertThat(all.from(early)).as("a few are not worth it").isSameAs(all);

    long late = expected.get(150).lastOffset();
    AbortedTransactions kept = all.from(late);
    assertThat(kept.all()).isEqualTo(expected.subList(150, 200));
    assertKnows(kept, expected, late, "seed " + seed);
    assertKnows(all, expected, 0, "seed " + seed);
    assertThat(kept.from(Long.MAX_VALUE).all()).isEmpty();
  }

  @Test
  void whatWasTakenOfThemStaysAsItIsWhileMoreAreAdded() {
    List<AbortedTransaction> expected = transactions(new Random(1), 100);
    var aborted = new AbortedTransactions();
    for (int i = 0; i < expected.size(); i++) {
      List<AbortedTransaction> before = aborted.all();
      aborted.add(expected.get(i));
      assertThat(before).isEqualTo(expected.subList(0, i));
    }
  }

  /** Copying the earlier ones at each abort would take some gigabytes here. */
  @Test
  void anAbortCostsTheSameHoweverManyWereBefore() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var aborted = new AbortedTransactions();
    int count = 10_000;
    var transactions = new ArrayList<AbortedTransaction>();
    for (int i = 0; i < count; i++) {
      transactions.add(new AbortedTransaction(1000 + i % 3, 2L * i, 2L * i + 1, 0));
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    transactions.forEach(aborted::add);
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(bytes / count).isLessThan(1000);
    assertThat(aborted.all())
        .hasSize(count)
        .isSortedAccordingTo(comparingLong(AbortedTransaction::lastOffset));
  }

  @Test
  void readersSeeAllThatWereAddedBeforeTheyLooked() throws InterruptedException {
    var aborted = new AbortedTransactions();
    int count = 20_000;
    var added = new AtomicInteger();
    var missed = new AtomicBoolean();
    var reader =
        new Thread(
            () -> {
              int seen = 0;
              while (seen < count && !missed.get()) {
                seen = added.get();
                for (int i = Math.max(0, seen - 50); i < seen; i++) {
                  // Offsets 3i and 3i + 1 are aborted, 3i + 2 is not.
                  boolean right =
                      aborted.contains(i % 2, 3L * i)
                          && aborted.contains(i % 2, 3L * i + 1)
                          && !aborted.contains(i % 2, 3L * i + 2);
                  if (!right) {
                    missed.set(true);
                  }
                }
              }
            });
    reader.start();
    for (int i = 0; i < count; i++) {
      aborted.add(new AbortedTransaction(i % 2, 3L * i, 3L * i + 1, 0));
      added.set(i + 1);
    }
    reader.join();
    assertThat(missed).isFalse();
  }
}
