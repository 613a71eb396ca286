package io.headwater.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogBenchCommandTest {
  @TempDir private Path temporary = Path.of("");

  @Test
  void everyKindOfWorkIsMeasuredAndTheFolderIsGoneAfterwards() {
    var cli = new Cli(temporary);
    String[] options = {"log", "bench", "--count", "2500", "--size", "20", "--in"};
    var ran = cli.runElsewhere(with(options, temporary.toString(), "--json"));

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.err()).startsWith("measuring in DATA/headwater-bench");
    assertThat(ran.lines())
        .hasSize(6)
        .allMatch(line -> line.contains("\"messages\":2500,\"nanos\":"))
        .filteredOn(line -> line.contains("\"bytes\":"))
        .hasSize(2);
    assertThat(cli.runElsewhere(with(options, temporary.toString())).out())
        .startsWith("WORK ")
        .hasLineCount(7);
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void aStopEndsItAndCleansUp() {
    var stop = new Stop();
    stop.request();

    var ran =
        new Cli(temporary)
            .withStop(stop)
            .runElsewhere("log", "bench", "--in", temporary.toString());

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).endsWith("headwater: stopped before all was measured\n");
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void wrongCallsAreRefused() {
    var cli = new Cli(temporary);
    assertThat(cli.runElsewhere("log", "bench", "--count", "0").exitCode()).isEqualTo(2);
    assertThat(cli.runElsewhere("log", "bench", "--size", "-1").exitCode()).isEqualTo(2);
    assertThat(cli.runElsewhere("log", "bench", "--in", temporary.resolve("none").toString()).err())
        .isEqualTo("headwater: DATA/none: no such folder; name another one with --in\n");
    assertThat(Files.exists(temporary.resolve("none"))).isFalse();
  }

  private static String[] with(String[] words, String... more) {
    return Stream.of(words, more).flatMap(Arrays::stream).toArray(String[]::new);
  }
}
