package io.headwater.benchmarks.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OutcomeFoldTest {
  @Test
  void eventsAreTheSameInAnyOrder() {
    Outcome one = fold(Case.Output.EVENTS, "a=1", "b=2", "a=1");
    Outcome other = fold(Case.Output.EVENTS, "b=2", "a=1", "a=1");

    assertThat(Case.Output.EVENTS.same(one, other)).isTrue();
  }

  @Test
  void anEventThatIsThereOnceTooOftenIsSeen() {
    Outcome once = fold(Case.Output.EVENTS, "a=1", "b=2");
    Outcome twice = fold(Case.Output.EVENTS, "a=1", "b=2", "a=1");

    assertThat(Case.Output.EVENTS.same(once, twice)).isFalse();
  }

  @Test
  void eventsWithKeysExchangedAreNotTheSame() {
    Outcome one = fold(Case.Output.EVENTS, "a=1", "b=2");
    Outcome other = fold(Case.Output.EVENTS, "a=2", "b=1");

    assertThat(Case.Output.EVENTS.same(one, other)).isFalse();
  }

  @Test
  void tablesAreTheSameHoweverManyUpdatesLedThere() {
    Outcome one = fold(Case.Output.TABLE, "a=1", "b=1", "a=2", "a=3");
    Outcome other = fold(Case.Output.TABLE, "a=3", "b=1");

    assertThat(Case.Output.TABLE.same(one, other)).isTrue();
    assertThat(one.records()).isEqualTo(4);
    assertThat(one.keys()).isEqualTo(2);
  }

  @Test
  void aTableWithAnotherLastValueIsNotTheSame() {
    Outcome one = fold(Case.Output.TABLE, "a=1", "a=2");
    Outcome other = fold(Case.Output.TABLE, "a=2", "a=1");

    assertThat(Case.Output.TABLE.same(one, other)).isFalse();
  }

  private static Outcome fold(Case.Output output, String... records) {
    OutcomeFold fold = output.fold();
    for (String record : records) {
      String[] keyAndValue = record.split("=", 2);
      fold.accept(
          keyAndValue[0].getBytes(StandardCharsets.UTF_8),
          keyAndValue[1].getBytes(StandardCharsets.UTF_8));
    }
    return fold.outcome();
  }
}
