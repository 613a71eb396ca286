package io.headwater.examples.flights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.broker.BrokerView;
import io.headwater.broker.Durability;
import io.headwater.broker.IsolationLevel;
import io.headwater.broker.OffsetAndMetadata;
import io.headwater.broker.TopicPartition;
import io.headwater.log.testing.Seeds;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the demo in a process of its own, kills that with SIGKILL at random moments, starts it again
 * on the same folder, over and over, lets the last one finish, and compares what it has made of the
 * input with a fold over the input.
 *
 * <p>Two kinds of kills. Most come when the process says that its application runs, after a random
 * time: these are counted. Some come at a random moment of the start, when the folder is being put
 * right after the kill before; they are made besides.
 *
 * <p>What counts as a kill that <em>hit records in flight</em> is what the folder shows right after
 * it, through the read-only view. Either there is an undecided transaction: records on the disk
 * behind a last stable offset, of a loader or a worker that had begun and had not committed. Or
 * flights are committed in their topic which the application had not committed past: it had them in
 * hand, or was about to take them. At least 4 of 5 kills must be one or the other, and at least 1
 * of 5 the first where commits are forced (elsewhere a commit is over too soon). A process that was
 * killed during its start is not looked at, since what is in flight there may be left by the one
 * before.
 */
class KillTest {
  private static final boolean FULL = Seeds.full();

  private static final double IN_FLIGHT_MIN = 0.8;
  private static final double UNDECIDED_MIN = 0.2;
  private static final int RUN_MS_MAX = 500;
  private static final int START_MS_MAX = 1000;
  private static final int START_KILLED_ONE_IN = 6;
  private static final long EXIT_SECONDS_MAX = 180;

  @TempDir Path temp;

  private int kills;
  private int startsKilled;
  private int inFlight;
  private int undecided;

  @Test
  void everyFlightCountsOnceHoweverOftenTheProcessIsKilled() throws Exception {
    killAndCompare(Durability.COMMIT, FULL ? 300 : 50);
  }

  @Test
  void aKillLosesNothingEitherWhereNothingIsForced() throws Exception {
    killAndCompare(Durability.OS, FULL ? 60 : 10);
  }

  private void killAndCompare(Durability durability, int killsWanted) throws Exception {
    long seed = Seeds.next();
    var random = new Random(seed);
    Path folder = temp.resolve("flights");
    var fold = new FlightsFold();
    while (kills < killsWanted) {
      int left = fold.sent.size() - (kills == 0 ? 0 : FlightsResult.loaded(folder));
      double rate = Math.max(1, left / ((killsWanted - kills + 1) * RUN_MS_MAX * 0.5e-3));
      if (random.nextInt(START_KILLED_ONE_IN) == 0) {
        killStart(folder, durability, rate, random.nextInt(START_MS_MAX));
      }
      killRun(folder, durability, rate, random.nextInt(RUN_MS_MAX));
      look(folder);
    }
    System.out.printf(
        "%s: %d kills, %d of them hit records in flight, %d an undecided transaction; besides, %d"
            + " starts were killed; %d of %d flights were loaded by then%n",
        durability,
        kills,
        inFlight,
        undecided,
        startsKilled,
        FlightsResult.loaded(folder),
        fold.sent.size());
    finish(folder, durability);

    FlightsResult.compare(folder, fold);
    assertThat(inFlight)
        .as("kills that hit records in flight, of %d, seed %d", kills, seed)
        .isGreaterThanOrEqualTo((int) (IN_FLIGHT_MIN * kills));
    if (durability == Durability.COMMIT) { // else a commit is over before it can be hit
      assertThat(undecided)
          .as("kills that hit an undecided transaction, of %d, seed %d", kills, seed)
          .isGreaterThanOrEqualTo((int) (UNDECIDED_MIN * kills));
    }
  }

  // ---- processes

  private Process start(Path folder, Durability durability, double rate) throws IOException {
    return FlightsProcess.start(folder, durability, rate, errors());
  }

  private Path errors() {
    return temp.resolve("errors.txt");
  }

  private void killStart(Path folder, Durability durability, double rate, int delayMs)
      throws Exception {
    Process process = start(folder, durability, rate);
    if (process.waitFor(delayMs, TimeUnit.MILLISECONDS)) {
      failed(process);
    }
    kill(process);
    startsKilled++;
  }

  private void killRun(Path folder, Durability durability, double rate, int delayMs)
      throws Exception {
    Process process = start(folder, durability, rate);
    try (BufferedReader said = process.inputReader(UTF_8)) {
      if (!FlightsProcess.RUNNING.equals(said.readLine())
          || process.waitFor(delayMs, TimeUnit.MILLISECONDS)) {
        failed(process);
      }
      kill(process);
      kills++;
    }
  }

  private static void kill(Process process) throws InterruptedException {
    process.destroyForcibly(); // SIGKILL
    process.waitFor();
  }

  private void finish(Path folder, Durability durability) throws Exception {
    Process process = start(folder, durability, Double.POSITIVE_INFINITY);
    try (BufferedReader said = process.inputReader(UTF_8)) {
      if (!process.waitFor(EXIT_SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
        failed(process);
      }
      assertThat(said.lines()).containsExactly(FlightsProcess.RUNNING, FlightsProcess.FINISHED);
    }
  }

  /** It ended by itself where it should not have, or did not say that it runs. */
  private void failed(Process process) throws Exception {
    kill(process);
    throw new AssertionError(
        "after %d kills the process ended with %d:%n%s"
            .formatted(kills, process.exitValue(), Files.readString(errors())));
  }

  // ---- what a kill left

  private void look(Path folder) {
    try (BrokerView view = BrokerView.openReadOnly(folder)) {
      boolean open = hasUndecided(view);
      if (open) {
        undecided++;
      }
      if (open || hasUnprocessed(view)) {
        inFlight++;
      }
    }
  }

  private static boolean hasUndecided(BrokerView view) {
    for (String topic : view.topics()) {
      int partitions = view.describe(topic).partitions().size();
      for (int partition = 0; partition < partitions; partition++) {
        var id = new TopicPartition(topic, partition);
        if (view.endOffset(id, IsolationLevel.READ_UNCOMMITTED)
            > view.endOffset(id, IsolationLevel.READ_COMMITTED)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean hasUnprocessed(BrokerView view) {
    Map<TopicPartition, OffsetAndMetadata> positions =
        view.committedOffsets(FlightsTopology.APPLICATION_ID);
    for (int partition = 0; partition < FlightsLoader.PARTITIONS; partition++) {
      var id = new TopicPartition(FlightsTopology.FLIGHTS, partition);
      OffsetAndMetadata position = positions.get(id);
      long from = position == null ? 0 : position.offset();
      if (view.fetch(id, from, 1 << 16, IsolationLevel.READ_COMMITTED).next()) {
        return true;
      }
    }
    return false;
  }
}
