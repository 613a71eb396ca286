package io.headwater.benchmarks.engine;

import io.headwater.benchmarks.workload.Outcome;
import java.util.Optional;

/** One measurement and what the application left in its output topic. */
public record Round(long elapsedNanos, Outcome outcome) {
  public Round {
    if (elapsedNanos <= 0) {
      throw new IllegalArgumentException("elapsedNanos must be positive, was " + elapsedNanos);
    }
  }

  String toLine() {
    return "round %d %d %d %d"
        .formatted(elapsedNanos, outcome.records(), outcome.keys(), outcome.checksum());
  }

  static Optional<Round> parse(String line) {
    String[] words = line.split(" ", -1);
    if (words.length != 5 || !words[0].equals("round")) {
      return Optional.empty();
    }
    Outcome outcome =
        new Outcome(Long.parseLong(words[2]), Long.parseLong(words[3]), Long.parseLong(words[4]));
    return Optional.of(new Round(Long.parseLong(words[1]), outcome));
  }
}
