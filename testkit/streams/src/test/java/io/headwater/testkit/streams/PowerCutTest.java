package io.headwater.testkit.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.broker.Durability;
import io.headwater.log.testing.FaultyStorage;
import io.headwater.log.testing.PowerCutException;
import io.headwater.log.testing.Seeds;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Stops a small application at each of its disk operations in turn: by cutting the power, which
 * keeps, drops or reorders what was not forced, or by killing it. What is found then is one prefix
 * of its commits, in topics, positions and stores alike; and it goes on to the totals of a run that
 * nothing stopped. By default a sample of the operations.
 */
class PowerCutTest {
  private static final int SAMPLES = 150;
  private static final int FULL_SEEDS = 2;

  @ParameterizedTest
  @CsvSource({"COMMIT, 1", "COMMIT, 2", "INTERVAL, 1", "OS, 2"})
  void aPowerCutLeavesOnePrefixOfTheCommits(Durability durability, int workers) {
    StandardError.dropped(
        () -> stopAtEachOperation(durability, workers, FaultyStorage::afterRestart, false));
  }

  @ParameterizedTest
  @CsvSource({"COMMIT, 2", "INTERVAL, 1", "OS, 1"})
  void aKilledProcessLosesNothingThatWasAcknowledged(Durability durability, int workers) {
    StandardError.dropped(
        () -> stopAtEachOperation(durability, workers, FaultyStorage::afterKill, true));
  }

  private static void stopAtEachOperation(
      Durability durability,
      int workers,
      Function<FaultyStorage, FaultyStorage> stop,
      boolean keepsAll) {
    long firstSeed = Seeds.next();
    int cuts = 0;
    for (long seed = firstSeed; seed < firstSeed + (Seeds.full() ? FULL_SEEDS : 1); seed++) {
      var counting = new FaultyStorage(seed);
      List<SortedMap<String, List<String>>> states =
          new SmallApplication(seed, durability, workers).states(counting);
      assertThat(states.stream().distinct().count()).as("seed %d", seed).isGreaterThan(20);
      long operations = counting.operationCount();
      var random = new Random(seed);
      for (long cutAt = 0; cutAt < operations; cutAt++) {
        if (!Seeds.full() && random.nextInt((int) operations) >= SAMPLES) {
          continue;
        }
        String context =
            "%s, %d workers, seed %d, stopped at %d of %d"
                .formatted(durability, workers, seed, cutAt, operations);
        var storage = new FaultyStorage(seed + cutAt).cutPowerAt(cutAt);
        var application = new SmallApplication(seed, durability, workers);
        stopped(() -> application.run(storage), context);
        FaultyStorage left = stop.apply(storage);
        cuts++;
        // Sometimes it is stopped again, while it puts things right.
        for (int i = random.nextInt(3); i > 0; i--) {
          FaultyStorage next = left.cutPowerAt(random.nextInt(40));
          var reopened = new SmallApplication(seed, durability, workers);
          stopped(() -> reopened.open(next), context);
          left = stop.apply(next);
          cuts++;
        }
        int earliest =
            keepsAll || durability == Durability.COMMIT
                ? application.completed()
                : application.forced();
        application.checkAndFinish(left, states, earliest, context);
      }
    }
    System.out.printf("%s, %d workers: stopped %d times%n", durability, workers, cuts);
  }

  private static void stopped(Runnable work, String context) {
    try {
      work.run();
    } catch (RuntimeException e) {
      assertThat(e)
          .as(context)
          .satisfiesAnyOf(
              thrown -> assertThat(thrown).isInstanceOf(PowerCutException.class),
              thrown -> assertThat(thrown).hasRootCauseInstanceOf(PowerCutException.class));
    }
  }
}
