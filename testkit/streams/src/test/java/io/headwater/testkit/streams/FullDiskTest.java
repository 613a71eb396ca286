package io.headwater.testkit.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.broker.Durability;
import io.headwater.log.storage.DiskFullException;
import io.headwater.log.testing.FaultyStorage;
import io.headwater.log.testing.FaultyStorage.Fault;
import io.headwater.log.testing.FaultyStorage.Operation;
import io.headwater.log.testing.Seeds;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Lets the disk be full at each write of a small application in turn, for that write or from then
 * on until the application is closed. The error says so, nothing that was committed is lost, not
 * even by a kill or a power cut that follows, and with space again the next run goes on to the
 * totals of a run that nothing stopped. By default a sample of the writes.
 */
class FullDiskTest {
  private static final int SAMPLES = 150;
  private static final int FULL_SEEDS = 2;

  @ParameterizedTest
  @CsvSource({"COMMIT, 1", "COMMIT, 2", "OS, 1"})
  void aFullDiskIsAClearErrorAndTheNextRunGoesOn(Durability durability, int workers) {
    StandardError.dropped(() -> fillAtEachWrite(durability, workers));
  }

  private static void fillAtEachWrite(Durability durability, int workers) {
    long firstSeed = Seeds.next();
    int filled = 0;
    int stopped = 0;
    for (long seed = firstSeed; seed < firstSeed + (Seeds.full() ? FULL_SEEDS : 1); seed++) {
      var counting = new FaultyStorage(seed);
      List<SortedMap<String, List<String>>> states =
          new SmallApplication(seed, durability, workers).states(counting);
      List<Operation> operations = counting.operations();
      var random = new Random(seed);
      for (int fullAt = 0; fullAt < operations.size(); fullAt++) {
        Operation operation = operations.get(fullAt);
        boolean grows = operation == Operation.WRITE || operation == Operation.CREATE;
        boolean chosen = Seeds.full() || random.nextInt(operations.size()) < SAMPLES;
        if (!grows || !chosen) {
          continue;
        }
        String context =
            "%s, %d workers, seed %d, full at %d of %d"
                .formatted(durability, workers, seed, fullAt, operations.size());
        var storage = new FaultyStorage(seed + fullAt);
        if (random.nextBoolean()) {
          storage.failAt(fullAt, Fault.DISK_FULL);
        } else {
          storage.fullFrom(fullAt);
        }
        filled++;
        var application = new SmallApplication(seed, durability, workers);
        if (isStopped(() -> application.run(storage), context)) {
          stopped++;
        }
        int luck = random.nextInt(3);
        FaultyStorage left =
            luck == 0
                ? storage.full(false)
                : luck == 1 ? storage.afterKill() : storage.afterRestart();
        boolean mayLose = luck == 2 && durability != Durability.COMMIT;
        application.checkClosedAndFinish(
            left, states, mayLose ? application.forced() : application.completed(), context);
      }
    }
    assertThat(stopped).isGreaterThan(filled / 2);
    System.out.printf(
        "%s, %d workers: full %d times, %d stopped the application%n",
        durability, workers, filled, stopped);
  }

  /** A log can do without an index that could not be written, so not every write stops it. */
  private static boolean isStopped(Runnable work, String context) {
    try {
      work.run();
      return false;
    } catch (RuntimeException e) {
      assertThat(e).as(context).hasMessageContaining("no space left on its disk");
      Throwable cause = e;
      while (!(cause instanceof DiskFullException) && cause.getCause() != null) {
        cause = cause.getCause();
      }
      assertThat(cause).as(context).isInstanceOf(DiskFullException.class);
      return true;
    }
  }
}
