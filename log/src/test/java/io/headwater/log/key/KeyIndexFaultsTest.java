package io.headwater.log.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.OffsetRange;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.testing.FaultyStorage;
import io.headwater.log.testing.PowerCutException;
import io.headwater.log.testing.Seeds;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** Disks that fail, fill up and forget: the index answers right, or is made again. */
class KeyIndexFaultsTest {
  private static final Path FOLDER = Path.of("data", "orders-3");
  private static final Executor NEVER = task -> {};

  /** Merges of more than three blocks are forced. */
  private static final Sizes SIZES = new Sizes(8, 8, 3, 10, 7, 3 * 12_000);

  /** Adds, works, deletes and reopens at random; the log it belongs to loses nothing of itself. */
  private static final class Workload {
    final KeyLog log = new KeyLog();
    private final Random random;
    private final Storage storage;
    private final int collisions;

    Workload(long seed, Storage storage) {
      random = new Random(seed);
      this.storage = storage;
      collisions = random.nextInt(3) == 0 ? 40 : Integer.MAX_VALUE;
      storage.createDirectories(FOLDER);
    }

    /** Does so many steps, or ends with the power. */
    Workload run(int steps) {
      try {
        KeyIndex index = open();
        for (int i = 0; i < steps; i++) {
          index = step(index);
        }
        index.close();
      } catch (PowerCutException e) {
        // What is on the disk now is what counts.
      }
      return this;
    }

    private KeyIndex open() {
      return KeyIndex.open(storage, FOLDER, log.range(), log, NEVER, SIZES);
    }

    private KeyIndex step(KeyIndex index) {
      switch (random.nextInt(12)) {
        case 0 -> index.seal();
        case 1, 2, 3, 4 -> work(index);
        case 5 -> {
          if (random.nextInt(3) == 0) {
            long from = log.range().from() + random.nextInt(20);
            log.dropBelow(Math.min(log.end(), from));
            index.dropBelow(log.range().from());
          }
        }
        case 6 -> {
          long from = (long) (random.nextDouble() * log.end());
          long to = Math.min(log.end(), from + random.nextInt(40));
          for (long offset = from; offset < to; offset++) {
            log.delete(offset);
          }
          index.deleted(new OffsetRange(from, Math.max(from, to)));
        }
        case 7 -> {
          if (random.nextInt(4) == 0) {
            index.close();
            return open();
          }
        }
        case 8 -> {
          if (random.nextInt(6) == 0) {
            return open(); // as after a kill
          }
        }
        default -> {
          for (int i = random.nextInt(20); i > 0; i--) {
            long hash = random.nextInt(collisions) * 0x9E3779B97F4A7C15L;
            index.add(log.append(hash), hash);
          }
        }
      }
      return index;
    }

    private void work(KeyIndex index) {
      for (int i = random.nextInt(12); i > 0; i--) {
        try {
          index.doWork();
        } catch (PowerCutException e) {
          throw e;
        } catch (LogException e) {
          // done again later
        }
      }
    }
  }

  /** Opens what a crash left, which may have cost the log its newest records, and goes on. */
  private static void check(String where, FaultyStorage disk, Workload before, long seed) {
    KeyLog log = before.log;
    var random = new Random(seed);
    if (random.nextBoolean()) {
      log.cut(Math.max(log.range().from(), log.end() - random.nextInt(60)));
    }
    disk.createDirectories(FOLDER);
    for (int round = 0; round < 2; round++) {
      try (KeyIndex index = KeyIndex.open(disk, FOLDER, log.range(), log, NEVER, SIZES)) {
        log.compare(where, index, random);
        for (int i = 0; i < 30; i++) {
          long hash = -random.nextInt(1000) * 0x9E3779B97F4A7C15L;
          index.add(log.append(hash), hash);
        }
        while (index.doWork() > 0) {
          // all there is to do
        }
        log.compare(where, index, random);
      }
    }
  }

  @Test
  void aPowerCutAtAnyDiskOperationLosesNoKeyOfARecordThatIsThere() {
    long first = Seeds.next();
    int seeds = Seeds.full() ? 50 : 2;
    long cuts = 0;
    for (long seed = first; seed < first + seeds; seed++) {
      var whole = new FaultyStorage(seed);
      new Workload(seed, whole).run(120);
      for (long cutAt = 1; cutAt < whole.operationCount(); cutAt++) {
        var disk = new FaultyStorage(seed + cutAt).cutPowerAt(cutAt);
        Workload workload = new Workload(seed, disk).run(120);
        check("seed %d, cut at %d".formatted(seed, cutAt), disk.afterRestart(), workload, cutAt);
        cuts++;
      }
    }
    System.out.printf("%d power cuts of a key index in %d workloads%n", cuts, seeds);
  }

  @Test
  void aSecondPowerCutWhileTheIndexIsOpenedLosesNoMore() {
    long first = Seeds.next();
    int seeds = Seeds.full() ? 200 : 20;
    for (long seed = first; seed < first + seeds; seed++) {
      var random = new Random(seed);
      var disk = new FaultyStorage(seed).cutPowerAt(100 + random.nextInt(400));
      Workload workload = new Workload(seed, disk).run(120);
      KeyLog log = workload.log;
      log.cut(Math.max(log.range().from(), log.end() - random.nextInt(60)));
      for (int cutAt = 0; cutAt < 40; cutAt++) {
        FaultyStorage second = disk.afterRestart().cutPowerAt(cutAt);
        try {
          KeyIndex.open(second, FOLDER, log.range(), log, NEVER, SIZES).close();
        } catch (PowerCutException e) {
          // as intended
        }
        FaultyStorage third = second.afterRestart();
        try (KeyIndex index = KeyIndex.open(third, FOLDER, log.range(), log, NEVER, SIZES)) {
          log.compare("seed %d, cut at %d".formatted(seed, cutAt), index, random);
        }
      }
    }
  }

  /**
   * The log loses records and others get their offsets. The old entries must not come back, nor
   * hide the new ones, whatever the disk forgets.
   */
  @Test
  void offsetsThatAreGivenAgainAreFoundUnderTheirNewKeys() {
    long first = Seeds.next();
    int seeds = Seeds.full() ? 5_000 : 300;
    for (long seed = first; seed < first + seeds; seed++) {
      var random = new Random(seed);
      FaultyStorage disk = new FaultyStorage(seed);
      disk.createDirectories(FOLDER);
      var log = new KeyLog();
      for (int round = 0; round < 6; round++) {
        String where = "seed %d, round %d".formatted(seed, round);
        disk = stopWhileOpening(disk, log, random);
        KeyIndex index = KeyIndex.open(disk, FOLDER, log.range(), log, NEVER, SIZES);
        for (int i = random.nextInt(150); i > 0; i--) {
          long hash = random.nextLong();
          index.add(log.append(hash), hash);
          if (random.nextInt(4) == 0) {
            index.doWork();
          }
        }
        log.compare(where, index, random);
        disk = random.nextBoolean() ? disk.afterRestart() : disk.afterKill();
        log.cut(log.end() - random.nextInt((int) Math.min(80, log.end() + 1)));
      }
    }
  }

  /** Opens it, and fails or is killed at the n-th operation. Returns the disk to go on with. */
  private static FaultyStorage stopWhileOpening(FaultyStorage disk, KeyLog log, Random random) {
    long at = disk.operationCount() + random.nextInt(8);
    boolean killed = random.nextBoolean();
    if (killed) {
      disk.cutPowerAt(at);
    } else {
      disk.failAt(at, FaultyStorage.Fault.IO_ERROR);
    }
    try {
      KeyIndex.open(disk, FOLDER, log.range(), log, NEVER, SIZES);
    } catch (LogException e) {
      // as intended
    }
    return killed ? disk.afterKill() : disk.failAt(Long.MAX_VALUE, FaultyStorage.Fault.IO_ERROR);
  }

  @Test
  void aDiskThatFailsOnceAtAnyOperationCostsNoKey() {
    long first = Seeds.next();
    int seeds = Seeds.full() ? 20 : 2;
    int failures = 0;
    for (long seed = first; seed < first + seeds; seed++) {
      for (FaultyStorage.Fault fault : FaultyStorage.Fault.values()) {
        var whole = new FaultyStorage(seed);
        new Workload(seed, whole).run(120);
        for (long failAt = 1; failAt < whole.operationCount(); failAt++) {
          var disk = new FaultyStorage(seed);
          var workload = new Workload(seed, disk.failAt(failAt, fault));
          String where = "seed %d, %s at %d".formatted(seed, fault, failAt);
          try {
            workload.run(120);
          } catch (LogException e) {
            // opening may fail for a disk that does, and is done again
            assertThat(e).as(where).hasMessageContaining("orders-3");
          }
          check(where, disk.afterKill(), workload, failAt);
          failures++;
        }
      }
    }
    System.out.printf("%d failed operations of a key index%n", failures);
  }
}
