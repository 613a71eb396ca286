package io.headwater.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.benchmarks.engine.Round;
import io.headwater.benchmarks.log.LogCase;
import io.headwater.benchmarks.log.LogPeer;
import io.headwater.benchmarks.log.LogTask;
import io.headwater.benchmarks.workload.Case;
import io.headwater.benchmarks.workload.Outcome;
import io.headwater.benchmarks.workload.Workload;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Workload WORKLOAD = new Workload(Case.COUNT_10K, 1_000_000, 0);

  @Test
  void aLineHasTheMediansOfEachSideAndOfTheirRatioRoundByRound() {
    CaseResult result =
        new CaseResult(WORKLOAD, rounds(900, 2000, 1000, 2500), rounds(9000, 100, 250, 125));

    assertThat(Report.cases(List.of(result)).lines().toList())
        .hasSize(3)
        .last()
        .isEqualTo(
            "| count by key, 10 k keys | 0.75 | 6.00 | **12.0** | 3.0 to 20.0 | 0.1 to 20.0"
                + " | 0.45 (0.40 to 2.00) | 1,500 | 188 |");
  }

  @Test
  void aSideThatWasNotMeasuredIsLeftOut() {
    CaseResult result = new CaseResult(WORKLOAD, rounds(2000, 2000), List.of());

    assertThat(Report.cases(List.of(result)))
        .endsWith(
            "| count by key, 10 k keys | 0.50 | – | – | – | – | 1.00 (1.00 to 1.00) | 2,000 | –"
                + " |\n");
  }

  @Test
  void aLineOfTheLogNamesItsPeerAndGoesToTwoDecimals() {
    LogTask task =
        new LogTask(LogCase.parse("log-get-8").orElseThrow(), LogPeer.ROCKSDB, 10_000_000);
    CaseResult result = new CaseResult(task, rounds(2000, 2000), rounds(500, 400));

    assertThat(Report.logCases(List.of(result)))
        .endsWith(
            "| get by random offset, published 8 a call | RocksDB | 0.500 | 2.250 | **4.50**"
                + " | 4.25 to 4.75 | 4.00 to 5.00 | 1.00 (1.00 to 1.00) |\n");
  }

  @Test
  void aStartIsToldInMillisecondsAndItsHeapInMebibytes() {
    StartResult result = new StartResult(Spread.of(120, 151, 180.4), 9 << 19);

    assertThat(Report.start(result))
        .isEqualTo(
            """
            | Embedded application, JVM warm | median | all rounds |
            |---|---:|---:|
            | open to first record out | 151 ms | 120 to 180 ms |
            | heap when idle, after a full collection | 4.5 MiB | – |
            """);
  }

  @Test
  void roundsThatHaveNoCounterpartAreRefused() {
    assertThatThrownBy(() -> new CaseResult(WORKLOAD, rounds(1, 2), rounds(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 rounds beside 1");
  }

  /** Rounds of so many milliseconds, with as many records put out. */
  private static List<Round> rounds(long... milliseconds) {
    return Arrays.stream(milliseconds)
        .mapToObj(ms -> new Round(ms * 1_000_000, new Outcome(ms, 0, 0)))
        .toList();
  }
}
