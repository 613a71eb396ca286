package io.headwater.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class NearNamesTest {
  @Test
  void aSlipOfTheFingerIsNear() {
    assertThat(NearNames.near("orgin", List.of("date", "delay", "origin", "destination")))
        .containsExactly("origin");
  }

  @Test
  void aPartOfANameIsNear() {
    assertThat(NearNames.near("daily", List.of("origin-daily", "origin-totals")))
        .containsExactly("origin-daily");
  }

  @Test
  void theNearestNameComesFirst() {
    assertThat(NearNames.near("flight", List.of("fights", "flights", "lights")))
        .startsWith("flights");
  }

  @Test
  void withoutANearNameTheHintListsWhatThereIs() {
    assertThat(NearNames.hint("stores", "x", List.of("b", "aaaa"))).isEqualTo("did you mean b?");
    assertThat(NearNames.hint("stores", "zzzzz", List.of("orders", "carts")))
        .isEqualTo("stores are carts, orders");
    assertThat(NearNames.hint("stores", "zzzzz", List.of())).isEqualTo("there are no stores");
  }

  @Test
  void theHintNamesTenAtMost() {
    List<String> many =
        IntStream.range(0, 11).mapToObj(i -> "a much longer name " + (char) ('a' + i)).toList();
    assertThat(NearNames.hint("stores", "zz", many))
        .endsWith("name j, …")
        .doesNotContain(Collections.max(many));
  }
}
