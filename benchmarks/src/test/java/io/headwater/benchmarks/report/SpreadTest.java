package io.headwater.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void quartilesOfFiveAreTheSecondThirdAndFourth() {
    assertThat(Spread.of(50, 10, 30, 20, 40)).isEqualTo(new Spread(10, 20, 30, 40, 50));
  }

  @Test
  void betweenTwoNumbersTheSpreadIsInProportion() {
    assertThat(Spread.of(1, 2, 3, 4)).isEqualTo(new Spread(1, 1.75, 2.5, 3.25, 4));
  }

  @Test
  void oneNumberIsAllOfItsSpread() {
    assertThat(Spread.of(7)).isEqualTo(new Spread(7, 7, 7, 7, 7));
  }

  @Test
  void noNumbersAreRefused() {
    assertThatThrownBy(Spread::of).isInstanceOf(IllegalArgumentException.class);
  }
}
