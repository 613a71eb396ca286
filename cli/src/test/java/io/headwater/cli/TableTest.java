package io.headwater.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

final class TableTest {
  @Test
  void textIsAlignedToTheLeftAndNumbersToTheRight() {
    Table table = new Table().text("AIRPORT").number("FLIGHTS").text("CITY");
    table.row("ATL", 1_234L, "Atlanta").row("São Paulo", 7, "São Paulo");

    var out = new ByteArrayOutputStream();
    table.print(new PrintStream(out, true, UTF_8));

    assertThat(out.toString(UTF_8))
        .isEqualToNormalizingNewlines(
            """
            AIRPORT    FLIGHTS  CITY
            ATL          1,234  Atlanta
            São Paulo        7  São Paulo
            """);
  }

  @Test
  void aRowHasOneCellForEachColumn() {
    assertThatThrownBy(() -> new Table().text("A").row("a", "b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 cells for 1 columns");
  }
}
