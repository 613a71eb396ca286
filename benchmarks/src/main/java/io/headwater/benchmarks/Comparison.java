package io.headwater.benchmarks;

import static java.util.Objects.requireNonNull;

import io.headwater.benchmarks.engine.EngineException;
import io.headwater.benchmarks.engine.EngineProcess;
import io.headwater.benchmarks.engine.Round;
import io.headwater.benchmarks.report.CaseResult;
import io.headwater.benchmarks.report.Side;
import io.headwater.benchmarks.workload.Outcome;
import io.headwater.benchmarks.workload.Workload;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Lets the sides take turns at one case. */
final class Comparison {
  private final Map<Side, Function<Workload, EngineProcess>> launchers;
  private final int warmups;
  private final int rounds;
  private final PrintStream progress;

  /**
   * @param launchers how each side is started
   * @param warmups rounds of each side that do not count
   * @param rounds rounds of each side that do
   */
  Comparison(
      Map<Side, Function<Workload, EngineProcess>> launchers,
      int warmups,
      int rounds,
      PrintStream progress) {
    this.launchers = new EnumMap<>(launchers);
    this.warmups = warmups;
    this.rounds = rounds;
    this.progress = progress;
  }

  /**
   * Measures a case.
   *
   * @throws EngineException if a side fails or its output is not what it has to be
   */
  CaseResult run(Workload workload) throws IOException, InterruptedException {
    Outcome expected = workload.expected();
    Map<Side, EngineProcess> engines = new EnumMap<>(Side.class);
    Map<Side, List<Round>> counted = new EnumMap<>(Side.class);
    try {
      launchers.forEach((side, launch) -> engines.put(side, launch.apply(workload)));
      launchers.keySet().forEach(side -> counted.put(side, new ArrayList<>()));
      engines.values().forEach(EngineProcess::load);
      for (int number = 0; number < warmups + rounds; number++) {
        for (Side side : order(number)) {
          settleDisk();
          Round round = requireNonNull(engines.get(side)).run(number);
          print(workload, side, number, round);
          check(workload, side, round.outcome(), expected);
          if (number >= warmups) {
            requireNonNull(counted.get(side)).add(round);
          }
        }
      }
    } finally {
      engines.values().forEach(EngineProcess::close);
    }
    return new CaseResult(
        workload,
        counted.getOrDefault(Side.PEER, List.of()),
        counted.getOrDefault(Side.OURS, List.of()));
  }

  /** Who begins changes from round to round, so that being second is nobody's advantage. */
  private List<Side> order(int number) {
    List<Side> order = new ArrayList<>(launchers.keySet());
    if (number % 2 == 1) {
      Collections.reverse(order);
    }
    return order;
  }

  /** What one side wrote goes to the disk on nobody else's time. */
  private static void settleDisk() throws InterruptedException {
    try {
      new ProcessBuilder("sync").inheritIO().start().waitFor();
    } catch (IOException noSuchCommand) {
      // Not on this system: then the disk settles when it likes.
    }
  }

  private static void check(Workload workload, Side side, Outcome found, Outcome expected) {
    if (!workload.of().output().same(found, expected)) {
      throw new EngineException(
          "%s: the output of %s is %s, expected %s"
              .formatted(workload.of().id(), side.title(), found, expected));
    }
  }

  private void print(Workload workload, Side side, int number, Round round) {
    progress.printf(
        Locale.ROOT,
        "%s %s %s: %.3f M records/s, %,d records in, %,d out%n",
        workload.of().id(),
        number < warmups ? "warm-up " + (number + 1) : "round " + (number - warmups + 1),
        side.title(),
        workload.records() * 1e3 / round.elapsedNanos(),
        workload.records(),
        round.outcome().records());
  }
}
