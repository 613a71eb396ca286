package io.headwater.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.testing.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class OffsetSetTest {
  /** Random sets, made of single offsets and ranges in any order, beside a TreeSet. */
  @Test
  void itIsASetOfNumbers() {
    long seed = Seeds.next();
    var random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      String where = "seed %d, round %d".formatted(seed, round);
      int universe = 1 + random.nextInt(60);
      var expected = new TreeSet<Long>();
      var expectedOther = new TreeSet<Long>();
      OffsetSet set = random(random, universe, expected);
      OffsetSet other = random(random, universe, expectedOther);

      assertSame(set, expected, universe, where);

      var both = new TreeSet<>(expected);
      both.addAll(expectedOther);
      assertSame(set.plus(other), both, universe, where);

      var rest = new TreeSet<>(expected);
      rest.removeAll(expectedOther);
      assertSame(set.minus(other), rest, universe, where);

      long from = random.nextInt(universe);
      long to = from + random.nextInt(universe);
      assertSame(
          set.within(new OffsetRange(from, to)),
          new TreeSet<>(expected.subSet(from, to)),
          universe,
          where);
      assertThat(set.equals(other)).as(where).isEqualTo(expected.equals(expectedOther));
    }
  }

  private static OffsetSet random(Random random, int universe, SortedSet<Long> expected) {
    OffsetSet.Builder builder = OffsetSet.builder();
    int parts = random.nextInt(12);
    long rising = 0;
    boolean inOrder = random.nextBoolean();
    for (int i = 0; i < parts; i++) {
      long from = inOrder ? rising : random.nextInt(universe);
      long to = from + random.nextInt(5);
      rising = to + random.nextInt(3);
      if (random.nextBoolean()) {
        builder.add(from);
        expected.add(from);
      } else {
        builder.add(new OffsetRange(from, to));
        for (long offset = from; offset < to; offset++) {
          expected.add(offset);
        }
      }
    }
    return builder.build();
  }

  private static void assertSame(
      OffsetSet set, SortedSet<Long> expected, int universe, String where) {
    assertThat(set.stream().boxed().toList()).as(where).isEqualTo(List.copyOf(expected));
    assertThat(set.count()).as(where).isEqualTo(expected.size());
    assertThat(set.isEmpty()).as(where).isEqualTo(expected.isEmpty());
    for (long offset = -3; offset < universe + 12; offset++) {
      SortedSet<Long> from = expected.tailSet(offset);
      assertThat(set.firstFrom(offset))
          .as("%s, from %d", where, offset)
          .isEqualTo(from.isEmpty() ? -1 : from.first());
      assertThat(set.contains(offset))
          .as("%s, %d", where, offset)
          .isEqualTo(expected.contains(offset));
    }
    if (!expected.isEmpty()) {
      assertThat(set.first()).as(where).isEqualTo(expected.first());
      assertThat(set.last()).as(where).isEqualTo(expected.last());
    }
    long end = -1;
    for (OffsetRange range : set.ranges()) {
      assertThat(range.from()).as("%s: ranges do not touch", where).isGreaterThan(end);
      assertThat(range.size()).as(where).isPositive();
      end = range.to();
    }
    var again = new ArrayList<>(expected);
    assertThat(OffsetSet.of(again.stream().mapToLong(each -> each).toArray()))
        .as(where)
        .isEqualTo(set)
        .hasSameHashCodeAs(set);
  }

  @Test
  void offsetsThatFollowEachOtherAreOneRangeHoweverMany() {
    OffsetSet all = OffsetSet.range(0, Long.MAX_VALUE - 1);
    assertThat(all.ranges()).containsExactly(new OffsetRange(0, Long.MAX_VALUE - 1));
    assertThat(all.minus(OffsetSet.of(7)).count()).isEqualTo(Long.MAX_VALUE - 2);
    assertThat(OffsetSet.of(5, 3, 4, 9, 3)).hasToString("{3..5, 9}");
    assertThat(OffsetSet.EMPTY).hasToString("{}").isEqualTo(OffsetSet.of());
    assertThat(OffsetSet.of(LongStream.range(0, 30).map(i -> 2 * i).toArray()))
        .hasToString("{0, 2, 4, 6, 8, 10, 12, 14, 16, 18, ... 30 in all}");
  }

  @Test
  void namesOfEndsAndOtherNegativeNumbersAreNoOffsets() {
    assertThatThrownBy(() -> OffsetSet.of(3, -2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("-2 is not the offset of a message; those are at least 0");
    assertThatThrownBy(() -> OffsetSet.range(-1, 4)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> OffsetSet.EMPTY.first()).isInstanceOf(NoSuchElementException.class);
    assertThatThrownBy(() -> OffsetSet.EMPTY.last()).isInstanceOf(NoSuchElementException.class);
  }
}
