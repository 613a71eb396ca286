package io.headwater.benchmarks;

import io.headwater.benchmarks.embedded.StartProbe;
import io.headwater.benchmarks.engine.EngineException;
import io.headwater.benchmarks.engine.Jvm;
import io.headwater.benchmarks.report.Spread;
import io.headwater.benchmarks.report.StartResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Runs a {@link StartProbe} in a JVM of its own. */
final class StartMeasurement {
  private StartMeasurement() {}

  /**
   * Measures.
   *
   * @param warmups starts that do not count
   * @param rounds starts that do
   * @param folder emptied and removed
   * @param log gets what the JVM prints beside its figures
   */
  static StartResult run(Jvm jvm, int warmups, int rounds, Path folder, Path log)
      throws IOException, InterruptedException {
    List<String> arguments = List.of(folder.toString(), Integer.toString(warmups + rounds));
    Process process =
        new ProcessBuilder(jvm.command(StartProbe.class, arguments))
            .redirectError(log.toFile())
            .start();
    List<Long> figures = figures(process);
    if (process.waitFor() != 0 || figures.size() != warmups + rounds + 1) {
      throw new EngineException("start: failed; see " + log);
    }
    double[] milliseconds =
        figures.subList(warmups, warmups + rounds).stream()
            .mapToDouble(nanos -> nanos / 1e6)
            .toArray();
    return new StartResult(Spread.of(milliseconds), figures.get(warmups + rounds));
  }

  private static List<Long> figures(Process process) throws IOException {
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      return lines.lines().map(Long::valueOf).toList();
    }
  }
}
