package io.headwater.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.record.BatchBuilder;
import io.headwater.log.record.ControlType;
import io.headwater.log.storage.CorruptLogException;
import io.headwater.log.storage.DiskFullException;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.testing.FaultyStorage;
import io.headwater.log.testing.LogRecords;
import io.headwater.log.testing.PowerCutException;
import io.headwater.log.testing.Seeds;
import io.headwater.serde.Headers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Disks that fail, fill up and forget. */
class BatchLogFaultsTest {
  private static final Path FOLDER = Path.of("data", "orders-3");
  private static final LogOptions OPTIONS =
      LogOptions.builder().segmentBytes(6_000).indexIntervalBytes(500).lockFolder(false).build();

  /** Appends, forces, rolls and reopens at random, and remembers what it was promised. */
  private static final class Workload {
    private final Random random;
    private final Storage storage;
    final List<String> appended = new ArrayList<>();
    long forced;
    long failures;

    Workload(long seed, Storage storage) {
      random = new Random(seed);
      this.storage = storage;
    }

    /** Does so many steps, or ends with the power. */
    Workload run(int steps) {
      try {
        BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS);
        for (int i = 0; i < steps; i++) {
          log = step(log);
        }
        log.close();
        forced = log.forcedOffset();
      } catch (PowerCutException e) {
        // What was promised until now is what counts.
      }
      return this;
    }

    private BatchLog step(BatchLog log) {
      switch (random.nextInt(12)) {
        case 0, 1 -> forced = log.sync();
        case 2 -> log.saveForcedMark();
        case 3 -> log.roll();
        case 4 -> {
          if (random.nextInt(3) == 0) {
            log.close();
            forced = log.forcedOffset();
            return BatchLog.open(storage, FOLDER, OPTIONS);
          }
        }
        case 5 -> {
          if (random.nextInt(3) == 0) {
            return BatchLog.open(storage, FOLDER, OPTIONS); // as after a kill
          }
        }
        default -> append(log);
      }
      return log;
    }

    void append(BatchLog log) {
      var batch = new BatchBuilder();
      var texts = new ArrayList<String>();
      int count = 1 + random.nextInt(3);
      for (int i = 0; i < count; i++) {
        byte[] value =
            Integer.toString(random.nextInt(), 36)
                .repeat(random.nextInt(300))
                .getBytes(StandardCharsets.UTF_8);
        long timestamp = random.nextInt(100_000);
        batch.append(timestamp, null, value, Headers.EMPTY);
        texts.add(LogRecords.text(appended.size() + (long) i, timestamp, null, value));
      }
      try {
        assertThat(log.append(batch)).isEqualTo(appended.size());
      } catch (PowerCutException e) {
        appended.addAll(texts); // it may have happened
        throw e;
      } catch (DiskFullException e) {
        assertThat(e).hasMessageContaining("no space left").hasMessageContaining("free some space");
        failures++;
        assertThat(log.append(batch)).as("again").isEqualTo(appended.size());
      }
      appended.addAll(texts);
    }
  }

  /** Opens what a cut left, compares it with what was promised, and goes on with it. */
  private static void check(String where, FaultyStorage disk, Workload before) {
    List<String> found;
    try (BatchLog log = BatchLog.open(disk, FOLDER, OPTIONS)) {
      assertThat(log.recovery()).as(where).isNotInstanceOf(Recovery.Damaged.class);
      found = LogRecords.all(log);
      assertThat(found.size()).as(where).isLessThanOrEqualTo(before.appended.size());
      assertThat(before.appended.subList(0, found.size()).equals(found)).as(where).isTrue();
      assertThat((long) found.size()).as(where).isGreaterThanOrEqualTo(before.forced);
      log.append(new BatchBuilder().append(7, null, new byte[0], Headers.EMPTY));
    }
    try (BatchLog log = BatchLog.open(disk, FOLDER, OPTIONS)) {
      assertThat(log.recovery()).as(where).isEqualTo(new Recovery.Clean());
      assertThat(LogRecords.all(log).subList(0, found.size()).equals(found)).as(where).isTrue();
      assertThat(log.range().to()).as(where).isEqualTo(found.size() + 1);
      long latest = found.stream().mapToLong(BatchLogFaultsTest::timestampOf).max().orElse(7);
      assertThat(log.offsetForTime(Math.max(latest, 7) + 1)).as(where).isEqualTo(log.range().to());
      assertThat(log.offsetForTime(latest)).as(where).isLessThanOrEqualTo(found.size());
    }
  }

  private static long timestampOf(String record) {
    return Long.parseLong(record.substring(record.indexOf('@') + 1, record.indexOf(' ')));
  }

  @Test
  void forcedRecordsSurviveAPowerCutAtAnyDiskOperationAndNoneAreInvented() {
    long first = Seeds.next();
    int seeds = Seeds.full() ? 200 : 15;
    long cuts = 0;
    for (long seed = first; seed < first + seeds; seed++) {
      var whole = new FaultyStorage(seed);
      new Workload(seed, whole).run(60);
      for (long cutAt = 0; cutAt < whole.operationCount(); cutAt++) {
        var disk = new FaultyStorage(seed + cutAt).cutPowerAt(cutAt);
        Workload workload = new Workload(seed, disk).run(60);
        check("seed %d, cut at %d".formatted(seed, cutAt), disk.afterRestart(), workload);
        cuts++;
      }
    }
    System.out.printf("%d power cuts in %d workloads%n", cuts, seeds);
  }

  @Test
  void aPowerCutWhileALogIsBeingRecoveredLosesNoMore() {
    long first = Seeds.next();
    int seeds = Seeds.full() ? 400 : 40;
    for (long seed = first; seed < first + seeds; seed++) {
      var disk = new FaultyStorage(seed);
      Workload workload = new Workload(seed, disk);
      disk.cutPowerAt(20 + new Random(seed).nextInt(100));
      workload.run(60);
      FaultyStorage found = disk.afterRestart();
      for (int again = 0; again < 6; again++) {
        found.cutPowerAt(again);
        try {
          BatchLog.open(found, FOLDER, OPTIONS).sync();
        } catch (PowerCutException e) {
          // Once more.
        }
        found = found.afterRestart();
      }
      check("seed %d".formatted(seed), found, workload);
    }
    System.out.printf("%d recoveries, each cut 6 times%n", seeds);
  }

  @Test
  void aFullDiskFailsTheAppendAndTheNextOneWorks() {
    long first = Seeds.next();
    int seeds = Seeds.full() ? 50 : 2;
    int fullDisks = 0;
    long failures = 0;
    for (long seed = first; seed < first + seeds; seed++) {
      var whole = new FaultyStorage(seed);
      new Workload(seed, whole).run(60);
      for (int failAt = 0; failAt < whole.operationCount(); failAt++) {
        var disk = new FaultyStorage(seed).failAt(failAt, FaultyStorage.Fault.DISK_FULL);
        var workload = new Workload(seed, disk);
        String where = "seed %d, full at %d".formatted(seed, failAt);
        try {
          workload.run(60);
        } catch (DiskFullException e) {
          // In an open, roll or mark: the caller was told.
          failures++;
        }
        failures += workload.failures;
        fullDisks++;
        try (BatchLog log = BatchLog.open(disk.afterKill(), FOLDER, OPTIONS)) {
          assertThat(LogRecords.all(log)).as(where).isEqualTo(workload.appended);
        }
      }
    }
    System.out.printf("%d operations with a full disk, %d failed%n", fullDisks, failures);
    assertThat(failures).as("seed %d", first).isGreaterThan(20L * seeds);
  }

  @Test
  void aLogOnAFullDiskCanBeReadAndGoesOnWhenThereIsSpace() {
    var disk = new FaultyStorage(5);
    var workload = new Workload(5, disk);
    try (BatchLog log = BatchLog.open(disk, FOLDER, OPTIONS)) {
      for (int i = 0; i < 30; i++) {
        workload.append(log);
        disk.full(true);
        for (int attempt = 0; attempt < 3; attempt++) {
          // More than is reserved.
          var batch = new BatchBuilder().append(1, null, new byte[7_000], Headers.EMPTY);
          assertThatThrownBy(() -> log.append(batch)).isInstanceOf(DiskFullException.class);
        }
        assertThat(LogRecords.all(log)).isEqualTo(workload.appended);
        disk.full(false);
      }
    }
    try (BatchLog log = BatchLog.open(disk, FOLDER, OPTIONS)) {
      assertThat(log.recovery()).isEqualTo(new Recovery.Clean());
      assertThat(LogRecords.all(log)).isEqualTo(workload.appended);
    }
  }

  @Test
  void afterAFailedForceNothingMoreIsAcknowledged() {
    for (boolean folder : new boolean[] {false, true}) {
      var disk = new FaultyStorage(9);
      var workload = new Workload(9, disk);
      BatchLog log = BatchLog.open(disk, FOLDER, OPTIONS);
      workload.append(log);
      long forced = log.sync();
      workload.append(log);
      log.roll();
      workload.append(log);
      disk.failForces(path -> path.endsWith(FOLDER) == folder);
      assertThatThrownBy(log::sync)
          .isInstanceOf(LogException.class)
          .hasMessageContaining("forcing it to disk");
      disk.failForces(null);
      assertThatThrownBy(() -> workload.append(log))
          .isInstanceOf(LogException.class)
          .hasMessageContaining("takes no more appends")
          .hasMessageContaining("open it again");
      assertThatThrownBy(log::sync).isInstanceOf(LogException.class);
      assertThat(log.forcedOffset()).isEqualTo(forced);
      assertThat(LogRecords.all(log)).isEqualTo(workload.appended);
      log.close();
      try (BatchLog again = BatchLog.open(disk.afterRestart(), FOLDER, OPTIONS)) {
        assertThat(again.range().to()).isGreaterThanOrEqualTo(forced);
        assertThat(again.recovery()).isNotInstanceOf(Recovery.Damaged.class);
      }
    }
  }

  @Test
  void aFailedWriteLeavesTheLogAsItWas() {
    var disk = new FaultyStorage(11);
    var workload = new Workload(11, disk);
    try (BatchLog log = BatchLog.open(disk, FOLDER, OPTIONS)) {
      for (int i = 0; i < 20; i++) {
        workload.append(log);
        long before = log.sizeBytes();
        // Rolling, reserving, or writing what is too large to be reserved for.
        disk.failAt(disk.operationCount() + i % 6, FaultyStorage.Fault.IO_ERROR);
        var batch =
            new BatchBuilder()
                .append(1, null, new byte[i % 2 == 0 ? 6_000 : 17_000], Headers.EMPTY);
        assertThatThrownBy(() -> log.append(batch)).isInstanceOf(LogException.class);
        assertThat(log.sizeBytes()).isEqualTo(before);
        assertThat(LogRecords.all(log)).isEqualTo(workload.appended);
      }
    }
  }

  /**
   * The marker is everywhere in and over sectors, and the cut at each operation of the rewriting.
   */
  @Test
  void aPowerCutWhileAMarkerIsMadeAnAbortLeavesACommitOrAnAbort() {
    long seed = Seeds.next();
    // From 415 to 440 the end of a sector is in the marker's header: in its checksum, for some.
    for (int shift = 0;
        shift < 520;
        shift += Seeds.full() || (shift >= 410 && shift < 440) ? 1 : 3) {
      for (int cutAt = 0; cutAt < 4; cutAt++) {
        String where = "seed %d, shift %d, cut at %d".formatted(seed, shift, cutAt);
        var disk = new FaultyStorage(seed + shift);
        List<String> before;
        try (BatchLog log = BatchLog.open(disk, FOLDER, OPTIONS)) {
          log.append(
              new BatchBuilder()
                  .append(1, null, new byte[shift], Headers.EMPTY)
                  .producer(7, (short) 0, 0, true));
          log.append(BatchBuilder.endOfTransaction(ControlType.COMMIT, 1, 7, (short) 0, 0));
          if (shift % 2 == 0) {
            log.roll();
          }
          log.append(new BatchBuilder().append(1, null, new byte[100], Headers.EMPTY));
          before = LogRecords.all(log);
        }
        disk = disk.afterKill();
        BatchLog log = BatchLog.open(disk, FOLDER, OPTIONS);
        disk.cutPowerAt(cutAt);
        boolean done = false;
        try {
          log.rewriteMarkerAsAbort(1);
          done = true;
        } catch (PowerCutException e) {
          // Half-way.
        }
        try (BatchLog after = BatchLog.open(disk.afterRestart(), FOLDER, OPTIONS)) {
          assertThat(after.recovery()).as(where).isEqualTo(new Recovery.Clean());
          ControlType type = markerType(after);
          assertThat(type).as(where).isIn(ControlType.COMMIT, ControlType.ABORT);
          if (done) {
            assertThat(type).as(where).isEqualTo(ControlType.ABORT);
          }
          List<String> found = LogRecords.all(after);
          assertThat(found).as(where).hasSize(3);
          assertThat(found.get(0)).as(where).isEqualTo(before.get(0));
          assertThat(found.get(2)).as(where).isEqualTo(before.get(2));
        }
      }
    }
  }

  private static @Nullable ControlType markerType(BatchLog log) {
    var found = new ArrayList<ControlType>();
    log.forEachBatch(
        0,
        header -> {
          if (header.isControl()) {
            found.add(header.controlType());
          }
        });
    return found.isEmpty() ? null : found.get(0);
  }

  @Test
  void aForcedSegmentThatIsGoneIsMissedByName() {
    var disk = new FaultyStorage(13);
    var workload = new Workload(13, disk);
    try (BatchLog log = BatchLog.open(disk, FOLDER, OPTIONS)) {
      workload.append(log);
    }
    disk.delete(FOLDER.resolve("00000000000000000000.log"));
    assertThatThrownBy(() -> BatchLog.open(disk, FOLDER, OPTIONS))
        .isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("orders-3/00000000000000000000.log")
        .hasMessageContaining("the file is missing");
  }
}
