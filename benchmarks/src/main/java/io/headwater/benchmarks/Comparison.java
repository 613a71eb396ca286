package io.headwater.benchmarks;

import static java.util.Objects.requireNonNull;

import io.headwater.benchmarks.engine.Disk;
import io.headwater.benchmarks.engine.EngineException;
import io.headwater.benchmarks.engine.EngineProcess;
import io.headwater.benchmarks.engine.Round;
import io.headwater.benchmarks.report.CaseResult;
import io.headwater.benchmarks.report.Side;
import io.headwater.benchmarks.workload.Outcome;
import io.headwater.benchmarks.workload.Task;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Lets the sides take turns at one case. */
final class Comparison {
  private final int warmups;
  private final int rounds;
  private final PrintStream progress;

  /**
   * @param warmups rounds of each side that do not count
   * @param rounds rounds of each side that do
   */
  Comparison(int warmups, int rounds, PrintStream progress) {
    this.warmups = warmups;
    this.rounds = rounds;
    this.progress = progress;
  }

  /**
   * Measures a task.
   *
   * @param launchers how each side is started
   * @throws EngineException if a side fails or its output is not what it has to be
   */
  CaseResult run(Task task, Map<Side, Supplier<EngineProcess>> launchers)
      throws InterruptedException {
    Outcome expected = task.expected();
    Map<Side, EngineProcess> engines = new EnumMap<>(Side.class);
    Map<Side, List<Round>> counted = new EnumMap<>(Side.class);
    try {
      launchers.forEach((side, launch) -> engines.put(side, launch.get()));
      launchers.keySet().forEach(side -> counted.put(side, new ArrayList<>()));
      engines.values().forEach(EngineProcess::load);
      for (int number = 0; number < warmups + rounds; number++) {
        for (Side side : order(launchers.keySet(), number)) {
          Disk.settle();
          Round round = requireNonNull(engines.get(side)).run(number);
          print(task, side, number, round);
          check(task, side, round.outcome(), expected);
          if (number >= warmups) {
            requireNonNull(counted.get(side)).add(round);
          }
        }
      }
    } finally {
      engines.values().forEach(EngineProcess::close);
    }
    return new CaseResult(
        task,
        counted.getOrDefault(Side.PEER, List.of()),
        counted.getOrDefault(Side.OURS, List.of()));
  }

  /** Who begins changes from round to round, so that being second is nobody's advantage. */
  private static List<Side> order(Set<Side> sides, int number) {
    List<Side> order = new ArrayList<>(sides);
    Collections.sort(order);
    if (number % 2 == 1) {
      Collections.reverse(order);
    }
    return order;
  }

  private static void check(Task task, Side side, Outcome found, Outcome expected) {
    if (!task.same(found, expected)) {
      throw new EngineException(
          "%s: the output of %s is %s, expected %s"
              .formatted(task.id(), side.title(task), found, expected));
    }
  }

  private void print(Task task, Side side, int number, Round round) {
    progress.printf(
        Locale.ROOT,
        "%s %s %s: %.3f M records/s, %,d records in, %,d out%n",
        task.id(),
        number < warmups ? "warm-up " + (number + 1) : "round " + (number - warmups + 1),
        side.title(task),
        task.records() * 1e3 / round.elapsedNanos(),
        task.records(),
        round.outcome().records());
  }
}
