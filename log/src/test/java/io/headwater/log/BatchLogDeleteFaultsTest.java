package io.headwater.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.record.BatchBuilder;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import io.headwater.log.testing.FaultyStorage;
import io.headwater.log.testing.LogRecords;
import io.headwater.log.testing.PowerCutException;
import io.headwater.log.testing.Seeds;
import io.headwater.serde.Headers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A log that appends, rolls, deletes and drops, on disks that fail at each of their operations. */
class BatchLogDeleteFaultsTest {
  private static final Path FOLDER = Path.of("data", "orders-3");
  private static final LogOptions OPTIONS =
      LogOptions.builder().segmentBytes(900).indexIntervalBytes(100).lockFolder(false).build();

  /** Works at random, and remembers what it was promised. */
  private static final class Workload {
    private final Random random;
    private final Storage storage;

    /** The records that are there, by offset, with the segment that each was appended to. */
    final TreeMap<Long, String> records = new TreeMap<>();

    final TreeMap<Long, Long> segments = new TreeMap<>();
    long next;
    long forced;

    /** What the call that is going on may delete: all of one of these sets, in their order. */
    List<? extends NavigableSet<Long>> going = List.of();

    int deletions;

    Workload(long seed, Storage storage) {
      random = new Random(seed);
      this.storage = storage;
    }

    Workload run(int steps) {
      try {
        BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS);
        for (int i = 0; i < steps; i++) {
          log = step(log);
        }
        log.close();
      } catch (PowerCutException e) {
        // What was promised until now is what counts.
      }
      return this;
    }

    private BatchLog step(BatchLog log) {
      switch (random.nextInt(14)) {
        case 0 -> forced = log.sync();
        case 1 -> log.saveForcedMark();
        case 2 -> log.roll();
        case 3, 4, 5 -> delete(log);
        case 6 -> drop(log);
        case 7 -> {
          switch (random.nextInt(4)) {
            case 0 -> {
              log.close();
              forced = log.forcedOffset();
              return BatchLog.open(storage, FOLDER, OPTIONS);
            }
            case 1 -> {
              return BatchLog.open(storage, FOLDER, OPTIONS); // as after a kill
            }
            default -> {}
          }
        }
        default -> append(log);
      }
      return log;
    }

    private void append(BatchLog log) {
      var batch = new BatchBuilder();
      int count = 1 + random.nextInt(3);
      for (int i = 0; i < count; i++) {
        byte[] value = new byte[random.nextInt(200)];
        batch.append(next + i, null, value, Headers.EMPTY);
        records.put(next + i, LogRecords.text(next + i, next + i, null, value));
      }
      next += count; // it may happen, whatever the power does
      assertThat(log.append(batch)).isEqualTo(next - count);
      for (int i = 1; i <= count; i++) {
        segments.put(next - i, batch.segmentBase());
      }
    }

    private void delete(BatchLog log) {
      var unwanted = new TreeSet<Long>();
      if (!records.isEmpty()) {
        long from = records.firstKey() + random.nextInt((int) (next - records.firstKey()));
        int chance = random.nextInt(4);
        for (long offset = from; offset < from + 30; offset++) {
          if (chance == 0 || random.nextInt(4) < chance) {
            unwanted.add(offset);
          }
        }
      }
      var expected = new TreeSet<Long>();
      for (long offset : unwanted) {
        if (records.containsKey(offset)
            && (expected.isEmpty()
                || Objects.equals(segments.get(offset), segments.get(expected.first())))) {
          expected.add(offset);
        }
      }
      going = List.of(expected);
      var offsets = OffsetSet.builder();
      unwanted.forEach(offsets::add);
      Deleted deleted = log.delete(offsets.build());
      assertThat(deleted.offsets().stream().boxed().toList()).isEqualTo(List.copyOf(expected));
      gone(log, expected);
      deletions += expected.isEmpty() ? 0 : 1;
    }

    private void drop(BatchLog log) {
      long before = next - random.nextInt(20);
      var steps = new ArrayList<TreeSet<Long>>();
      var expected = new TreeSet<Long>();
      List<Long> bases = log.segmentBases();
      for (int i = 0; i + 1 < bases.size() && bases.get(i + 1) <= before; i++) {
        expected.addAll(records.headMap(bases.get(i + 1)).keySet());
        steps.add(new TreeSet<>(expected));
      }
      going = steps;
      log.dropSegmentsBefore(before);
      gone(log, expected);
      deletions += expected.isEmpty() ? 0 : 1;
    }

    private void gone(BatchLog log, NavigableSet<Long> offsets) {
      going = List.of();
      forced = Math.max(forced, log.forcedOffset());
      records.keySet().removeAll(offsets);
      if (!offsets.isEmpty()) {
        assertThat(forced).isGreaterThan(offsets.last());
      }
    }
  }

  /** Opens what was left, compares it with what was promised, and goes on with it. */
  private static void check(String where, Storage disk, Workload before) {
    List<String> found;
    long end;
    try (BatchLog log = BatchLog.open(disk, FOLDER, OPTIONS)) {
      assertThat(log.recovery()).as(where).isNotInstanceOf(Recovery.Damaged.class);
      found = LogRecords.all(log);
      end = log.range().to();
      assertThat(end).as(where).isBetween(before.forced, before.next);
      var possible = new ArrayList<List<String>>();
      var left = new TreeMap<>(before.records.headMap(end));
      possible.add(List.copyOf(left.values()));
      for (NavigableSet<Long> gone : before.going) {
        var after = new TreeMap<>(left);
        after.keySet().removeAll(gone);
        possible.add(List.copyOf(after.values()));
      }
      assertThat(possible).as(where).contains(found);
      assertThat(disk.list(FOLDER)).as(where).noneMatch(file -> file.toString().endsWith("ned"));
      log.append(new BatchBuilder().append(7, null, new byte[0], Headers.EMPTY));
    }
    try (BatchLog log = BatchLog.open(disk, FOLDER, OPTIONS)) {
      assertThat(log.recovery()).as(where).isEqualTo(new Recovery.Clean());
      List<String> again = LogRecords.all(log);
      assertThat(again.subList(0, found.size())).as(where).isEqualTo(found);
      assertThat(again).as(where).hasSize(found.size() + 1);
      assertThat(log.range().to()).as(where).isEqualTo(end + 1);
    }
  }

  @Test
  void aPowerCutAtAnyDiskOperationLeavesTheOldRecordsOrTheNew() {
    long first = Seeds.next();
    int seeds = Seeds.full() ? 50 : 5;
    long cuts = 0;
    long deletions = 0;
    for (long seed = first; seed < first + seeds; seed++) {
      var whole = new FaultyStorage(seed);
      deletions += new Workload(seed, whole).run(60).deletions;
      for (long cutAt = 0; cutAt < whole.operationCount(); cutAt++) {
        var disk = new FaultyStorage(seed + cutAt).cutPowerAt(cutAt);
        Workload workload = new Workload(seed, disk).run(60);
        check("seed %d, cut at %d".formatted(seed, cutAt), disk.afterRestart(), workload);
        cuts++;
      }
    }
    System.out.printf("%d power cuts in %d workloads, %d deletions%n", cuts, seeds, deletions);
    assertThat(deletions).isGreaterThan(seeds * 2L);
  }

  @Test
  void aKillAtAnyDiskOperationLeavesTheOldRecordsOrTheNew() {
    long first = Seeds.next();
    int seeds = Seeds.full() ? 50 : 2;
    long kills = 0;
    for (long seed = first; seed < first + seeds; seed++) {
      var whole = new FaultyStorage(seed);
      new Workload(seed, whole).run(60);
      for (long cutAt = 0; cutAt < whole.operationCount(); cutAt++) {
        var disk = new FaultyStorage(seed).cutPowerAt(cutAt);
        Workload workload = new Workload(seed, disk).run(60);
        check("seed %d, killed at %d".formatted(seed, cutAt), disk.afterKill(), workload);
        kills++;
      }
    }
    System.out.printf("%d kills in %d workloads%n", kills, seeds);
  }

  @Test
  void whenAnOperationFailsTheOldRecordsAreThereOrTheNew() {
    long first = Seeds.next();
    int seeds = Seeds.full() ? 50 : 2;
    int failures = 0;
    for (long seed = first; seed < first + seeds; seed++) {
      var whole = new FaultyStorage(seed);
      new Workload(seed, whole).run(60);
      for (var fault : FaultyStorage.Fault.values()) {
        for (long failAt = 0; failAt < whole.operationCount(); failAt++) {
          String where = "seed %d, %s at %d".formatted(seed, fault, failAt);
          var disk = new FaultyStorage(seed).failAt(failAt, fault);
          var workload = new Workload(seed, disk);
          try {
            workload.run(60);
          } catch (LogException e) {
            failures++;
          }
          check(where, disk.afterKill(), workload);
        }
      }
    }
    System.out.printf("%d failed operations%n", failures);
    assertThat(failures).isGreaterThan(50);
  }

  /** A force that failed never happened: what was promised before it is what a cut leaves. */
  @Test
  void afterAForceThatFailsAtAnyCallAPowerCutLosesNothingThatWasPromised() {
    long first = Seeds.next();
    int seeds = Seeds.full() ? 50 : 3;
    int forces = 0;
    for (long seed = first; seed < first + seeds; seed++) {
      var whole = new FaultyStorage(seed);
      new Workload(seed, whole).run(60);
      List<FaultyStorage.Operation> operations = whole.operations();
      for (int failAt = 0; failAt < operations.size(); failAt++) {
        if (operations.get(failAt) != FaultyStorage.Operation.FORCE
            && operations.get(failAt) != FaultyStorage.Operation.FORCE_DIRECTORY) {
          continue;
        }
        var disk = new FaultyStorage(seed).failAt(failAt, FaultyStorage.Fault.IO_ERROR);
        var workload = new Workload(seed, disk);
        try {
          workload.run(60);
        } catch (LogException e) {
          forces++;
        }
        check("seed %d, force %d fails".formatted(seed, failAt), disk.afterRestart(), workload);
      }
    }
    System.out.printf("%d failed forces%n", forces);
    assertThat(forces).isGreaterThan(20);
  }

  /** An older mark would say that what was deleted is missing, and all after it a torn tail. */
  @Test
  void aSlotOfTheMarkThatIsDamagedAfterADeletionTakesNothingWithIt() {
    for (int slot = 0; slot < 2; slot++) {
      for (int position = 0; position < 44; position++) {
        var disk = new FaultyStorage(3);
        BatchLog log = BatchLog.open(disk, FOLDER, OPTIONS);
        for (int i = 0; i < 30; i++) {
          log.append(new BatchBuilder().append(i, null, new byte[100], Headers.EMPTY));
        }
        log.delete(OffsetSet.range(3, 8));
        log.sync();
        List<String> records = LogRecords.all(log);
        FaultyStorage killed = disk.afterKill();
        try (StorageFile mark = killed.open(FOLDER.resolve("forced.mark"))) {
          byte[] changed = new byte[1];
          mark.read(512L * slot + position, changed, 0, 1);
          changed[0] ^= 1;
          mark.write(512L * slot + position, changed, 0, 1);
        }
        String where = "slot %d, byte %d".formatted(slot, position);
        try (BatchLog again = BatchLog.open(killed, FOLDER, OPTIONS)) {
          assertThat(again.recovery()).as(where).isEqualTo(new Recovery.Clean());
          assertThat(LogRecords.all(again)).as(where).isEqualTo(records);
        }
      }
    }
  }

  @Test
  void aFailedForceOfADeletionEndsTheLogsWriting() {
    for (String part : List.of(".cleaned", "forced.mark", "orders-3")) {
      var disk = new FaultyStorage(3);
      BatchLog log = BatchLog.open(disk, FOLDER, OPTIONS);
      for (int i = 0; i < 5; i++) {
        log.append(new BatchBuilder().append(i, null, new byte[10], Headers.EMPTY));
      }
      disk.failForces(path -> path.toString().endsWith(part));
      assertThatThrownBy(() -> log.delete(OffsetSet.of(2))).isInstanceOf(LogException.class);
      disk.failForces(null);
      List<String> found = LogRecords.all(log);
      assertThat(found.size()).as(part).isBetween(4, 5);
      log.close();
      try (BatchLog again = BatchLog.open(disk.afterRestart(), FOLDER, OPTIONS)) {
        assertThat(again.recovery()).as(part).isNotInstanceOf(Recovery.Damaged.class);
        assertThat(LogRecords.all(again)).as(part).startsWith(found.get(0), found.get(1));
      }
    }
  }
}
