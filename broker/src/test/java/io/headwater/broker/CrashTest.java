package io.headwater.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.testing.FaultyStorage;
import io.headwater.log.testing.PowerCutException;
import io.headwater.log.testing.Seeds;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Stops a run of 20 transactions on 3 partitions before each disk operation in turn, and checks
 * that what is left is the state after one prefix of the commits. By default a sample of the
 * operations.
 */
class CrashTest {
  private static final int TRANSACTIONS = 20;
  private static final int SAMPLES = 120;
  private static final int FULL_SEEDS = 10;

  @ParameterizedTest
  @EnumSource(Durability.class)
  void everyAcknowledgedCommitSurvivesAKilledProcess(Durability durability) {
    for (int producers = 1; producers <= 2; producers++) {
      crashAtEachOperation(durability, producers, FaultyStorage::afterKill, true);
    }
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void aPowerCutLeavesOnePrefixOfTheCommits(Durability durability) {
    for (int producers = 1; producers <= 2; producers++) {
      crashAtEachOperation(
          durability, producers, FaultyStorage::afterRestart, durability == Durability.COMMIT);
    }
  }

  private static void crashAtEachOperation(
      Durability durability,
      int producers,
      Function<FaultyStorage, FaultyStorage> crash,
      boolean keepsAcknowledged) {
    long firstSeed = Seeds.next();
    for (long seed = firstSeed; seed < firstSeed + (Seeds.full() ? FULL_SEEDS : 1); seed++) {
      var counting = new FaultyStorage(seed);
      new CommitWorkload(seed, TRANSACTIONS, producers, durability).run(counting);
      long operations = counting.operationCount();
      assertThat(operations).isGreaterThan(TRANSACTIONS);

      var random = new Random(seed);
      for (long cutAt = 0; cutAt < operations; cutAt++) {
        if (!Seeds.full() && random.nextInt((int) operations) > SAMPLES) {
          continue;
        }
        String context =
            "%s, %d producers, seed %d, stopped at %d of %d"
                .formatted(durability, producers, seed, cutAt, operations);
        var storage = new FaultyStorage(seed + cutAt).cutPowerAt(cutAt);
        var workload = new CommitWorkload(seed, TRANSACTIONS, producers, durability);
        stopped(() -> workload.run(storage), context);
        FaultyStorage left = crash.apply(storage);
        // Sometimes the next broker is stopped as well, while it puts things right.
        for (int i = random.nextInt(3); i > 0; i--) {
          FaultyStorage next = left.cutPowerAt(random.nextInt(20));
          stopped(() -> workload.open(next), context);
          left = crash.apply(next);
        }
        workload.check(left, keepsAcknowledged, context);
      }
    }
  }

  private static void stopped(Runnable work, String context) {
    try {
      work.run();
    } catch (PowerCutException e) {
      assertThat(e).as(context).isNotNull();
    } catch (BrokerException e) {
      assertThat(e).as(context).hasRootCauseInstanceOf(PowerCutException.class);
    }
  }
}
