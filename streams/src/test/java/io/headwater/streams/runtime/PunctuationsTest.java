package io.headwater.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PunctuationsTest {
  private final Punctuations punctuations = new Punctuations();
  private final List<String> fired = new ArrayList<>();

  private Punctuations.Schedule schedule(String name, long firstMs, long intervalMs) {
    return punctuations.schedule(firstMs, intervalMs, time -> fired.add(name + time));
  }

  @Test
  void aJumpOverSeveralIntervalsFiresOnceAndKeepsToTheGrid() {
    schedule("a", 10, 10);
    assertThat(punctuations.fire(9)).isZero();
    assertThat(punctuations.fire(10)).isEqualTo(1);
    assertThat(punctuations.fire(19)).isZero();
    assertThat(punctuations.fire(47)).isEqualTo(1);
    assertThat(punctuations.nextMs()).isEqualTo(50);
    assertThat(fired).containsExactly("a10", "a47");
  }

  @Test
  void whatIsDueFiresInTheOrderOfItsTimesThenOfItsMaking() {
    schedule("late", 8, 100);
    schedule("first", 5, 100);
    schedule("second", 5, 100);
    punctuations.fire(9);
    assertThat(fired).containsExactly("first9", "second9", "late9");
  }

  @Test
  void aCancelledScheduleFiresNoMoreAlsoIfItCancelsItself() {
    var cancelled = schedule("a", 1, 1);
    cancelled.cancel();
    cancelled.cancel();
    var self = new ArrayList<Punctuations.Schedule>();
    self.add(
        punctuations.schedule(
            1,
            1,
            time -> {
              fired.add("once");
              self.get(0).cancel();
            }));
    punctuations.fire(1);
    punctuations.fire(2);
    assertThat(fired).containsExactly("once");
    assertThat(punctuations.nextMs()).isEqualTo(Punctuations.NEVER);
  }
}
