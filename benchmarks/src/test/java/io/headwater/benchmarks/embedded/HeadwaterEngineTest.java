package io.headwater.benchmarks.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.benchmarks.engine.Round;
import io.headwater.benchmarks.workload.Case;
import io.headwater.benchmarks.workload.Workload;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HeadwaterEngineTest {
  private static final long START_MS = 1_767_225_600_000L;

  @ParameterizedTest
  @EnumSource
  void everyRoundsOutputIsWhatTheWorkloadExpects(Case of, @TempDir Path folder) throws Exception {
    Workload workload = new Workload(of, 3000, START_MS);
    try (HeadwaterEngine engine = new HeadwaterEngine(workload, folder)) {
      engine.load();
      for (int number = 0; number < 2; number++) {
        Round round = engine.run(number);

        assertThat(of.output().same(round.outcome(), workload.expected()))
            .as("%s, expected %s", round.outcome(), workload.expected())
            .isTrue();
      }
    }
  }
}
