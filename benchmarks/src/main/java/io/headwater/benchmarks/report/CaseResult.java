package io.headwater.benchmarks.report;

import io.headwater.benchmarks.engine.Round;
import io.headwater.benchmarks.workload.Task;
import java.util.List;
import java.util.Optional;

/**
 * The counted rounds of one case; the nth of either side were made one right after the other.
 *
 * @param peer empty if only ours were measured
 * @param ours empty if only the peer's were measured
 */
public record CaseResult(Task task, List<Round> peer, List<Round> ours) {
  public CaseResult {
    peer = List.copyOf(peer);
    ours = List.copyOf(ours);
    if (!peer.isEmpty() && !ours.isEmpty() && peer.size() != ours.size()) {
      throw new IllegalArgumentException("%d rounds beside %d".formatted(peer.size(), ours.size()));
    }
  }

  public List<Round> rounds(Side side) {
    return side == Side.PEER ? peer : ours;
  }

  /** Million records read a second. */
  public Optional<Spread> rate(Side side) {
    return spread(rounds(side).stream().mapToDouble(this::rate).toArray());
  }

  /** Records written, which differ from round to round where a cache merges updates. */
  public Optional<Spread> outputs(Side side) {
    return spread(rounds(side).stream().mapToDouble(round -> round.outcome().records()).toArray());
  }

  /** How many times as fast ours was as the peer, round by round. */
  public Optional<Spread> ratio() {
    double[] ratios = new double[Math.min(peer.size(), ours.size())];
    for (int n = 0; n < ratios.length; n++) {
      ratios[n] = rate(ours.get(n)) / rate(peer.get(n));
    }
    return spread(ratios);
  }

  /** How many times as fast the peer was as itself a round before: what chance alone does. */
  public Optional<Spread> peerAgainstItself() {
    double[] ratios = new double[Math.max(0, peer.size() - 1)];
    for (int n = 0; n < ratios.length; n++) {
      ratios[n] = rate(peer.get(n + 1)) / rate(peer.get(n));
    }
    return spread(ratios);
  }

  private double rate(Round round) {
    return task.records() * 1e3 / round.elapsedNanos();
  }

  private static Optional<Spread> spread(double[] numbers) {
    return numbers.length == 0 ? Optional.empty() : Optional.of(Spread.of(numbers));
  }
}
