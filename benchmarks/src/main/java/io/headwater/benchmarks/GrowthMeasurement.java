package io.headwater.benchmarks;

import io.headwater.benchmarks.engine.EngineException;
import io.headwater.benchmarks.engine.Jvm;
import io.headwater.benchmarks.log.GrowthProbe;
import io.headwater.benchmarks.report.GrowthResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Runs a {@link GrowthProbe} in a JVM of its own. */
final class GrowthMeasurement {
  private GrowthMeasurement() {}

  /**
   * Measures.
   *
   * @param quick up to a smaller size, with fewer messages
   * @param folder emptied and removed
   * @param log gets what the JVM prints beside its figures
   */
  static List<GrowthResult> run(Jvm jvm, boolean quick, Path folder, Path log)
      throws IOException, InterruptedException {
    List<String> arguments = List.of(folder.toString(), Boolean.toString(quick));
    Process process =
        new ProcessBuilder(jvm.command(GrowthProbe.class, arguments))
            .redirectError(log.toFile())
            .start();
    List<GrowthResult> results;
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      results = lines.lines().flatMap(line -> GrowthResult.parse(line).stream()).toList();
    }
    if (process.waitFor() != 0) {
      throw new EngineException("log-growth: failed; see " + log);
    }
    return results;
  }
}
