package io.headwater.benchmarks.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.benchmarks.report.GrowthResult;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrowthProbeTest {
  @TempDir Path folder;

  @Test
  void aSmallLogIsMeasuredAndRemoved() throws Exception {
    Path own = folder.resolve("log");

    GrowthResult result = new GrowthProbe(own, 5000, 100).measure(200_000, 10_000);

    assertThat(result.bytes()).isEqualTo(200_000);
    assertThat(result.segments()).isBetween(15L, 30L);
    assertThat(result.publishNanos()).isPositive();
    assertThat(result.readNanos()).isPositive();
    assertThat(result.getNanos()).isPositive();
    assertThat(result.getByTimeNanos()).isPositive();
    assertThat(result.getByKeyNanos()).isPositive();
    assertThat(result.absentKeyNanos()).isPositive();
    assertThat(GrowthResult.parse(result.toLine())).contains(result);
    assertThat(own).doesNotExist();
  }
}
