package io.headwater.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.policy.Compact;
import io.headwater.log.segment.Segment;
import io.headwater.log.storage.CorruptLogException;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import io.headwater.log.testing.CountingStorage;
import io.headwater.log.testing.FaultyStorage;
import io.headwater.log.testing.ManualClock;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a log that was never closed still knows of what it had forced to disk. */
class LogDurabilityTest {
  private static final Path FOLDER = Path.of("data", "orders-0");

  /** A message of 100 bytes is a segment. */
  private final LogOptions options =
      LogOptions.builder()
          .clock(new ManualClock(0))
          .segmentBytes(200)
          .lockFolder(false) // a killed process leaves none
          .build();

  private static void publish(Log log, int count) {
    for (int i = 0; i < count; i++) {
      log.publish(null, new byte[100]);
    }
  }

  private static void flipABit(Storage storage, Path path, int position) {
    try (StorageFile file = storage.open(path)) {
      byte[] one = new byte[1];
      file.read(position, one, 0, 1);
      one[0] ^= 1;
      file.write(position, one, 0, 1);
    }
  }

  @Test
  void afterAKillABadBitInASyncedSegmentIsDamageAndCostsNothingElse() {
    var disk = new FaultyStorage(1);
    Log killed = Log.open(disk, FOLDER, options.toBuilder().syncOnPublish(true).build());
    publish(killed, 100);
    FaultyStorage left = disk.afterKill();
    flipABit(left, Segment.path(FOLDER, 3), 80);
    try (Log log = Log.open(left, FOLDER, options)) {
      assertThat(log.recovery()).isEqualTo(new Recovery.Clean());
      assertThat(log.range()).isEqualTo(new OffsetRange(0, 100));
      assertThatThrownBy(() -> log.get(3))
          .isInstanceOf(CorruptLogException.class)
          .hasMessageContaining("offsets %s are damaged".formatted(new OffsetRange(3, 4)));
      for (long offset = 0; offset < 100; offset++) {
        if (offset != 3) {
          assertThat(log.get(offset).offset()).isEqualTo(offset);
        }
      }
    }
  }

  @Test
  void openingAfterAKillReadsOnlyWhatWasNotSynced() {
    for (int segmentBytes : new int[] {20_000, 64 << 20}) {
      var storage = new CountingStorage(Storage.memory());
      LogOptions each = options.toBuilder().segmentBytes(segmentBytes).build();
      Log killed = Log.open(storage, FOLDER, each);
      publish(killed, 20_000);
      killed.sync();
      long synced = killed.stat().bytes();
      publish(killed, 10);
      long reserved = LogContract.sizeOnDisk(storage, FOLDER) - synced;
      storage.reset();
      try (Log log = Log.open(storage, FOLDER, each.toBuilder().readOnly(true).build())) {
        assertThat(log.nextOffset()).isEqualTo(20_010);
        assertThat(synced).isGreaterThan(3_000_000);
        assertThat(storage.bytesRead(".log")).isLessThan(reserved + (128 << 10));
      }
    }
  }

  @Test
  void aKeyWhoseSyncedValueWasCompactedAwayHasTheNewerOneAfterAPowerCut() {
    byte[] key = {7};
    for (long seed = 0; seed < 20; seed++) {
      var disk = new FaultyStorage(seed);
      Log log = Log.open(disk, FOLDER, options);
      log.publish(key, new byte[] {1});
      publish(log, 2);
      log.sync();
      log.publish(key, new byte[] {2});
      assertThat(Compact.updates(Instant.EPOCH).apply(log).offsets().contains(0)).isTrue();
      LogOptions withKeys = options.toBuilder().keyIndex(true).build();
      try (Log again = Log.open(disk.afterRestart(), FOLDER, withKeys)) {
        assertThat(again.getByKey(key).value()).as("seed %d", seed).isEqualTo(new byte[] {2});
      }
    }
  }

  /** Offsets 0 and 3 are of a segment that is written anew, or of two that go. */
  @ParameterizedTest
  @ValueSource(ints = {200, 20_000})
  void aDeletionThatFailsAtAnyOperationSaysWhatItDid(int segmentBytes) {
    LogOptions each =
        options.toBuilder()
            .segmentBytes(segmentBytes)
            .keyIndex(true)
            .executor(Runnable::run)
            .build();
    int failures = 0;
    for (int kind = 0; kind < 3; kind++) {
      long operations = Long.MAX_VALUE;
      for (long failAt = 0; failAt < operations; failAt++) {
        String where = "kind %d, fails at %d".formatted(kind, failAt);
        var disk = new FaultyStorage(7);
        Log log = Log.open(disk, FOLDER, each);
        publish(log, 5);
        assertThat(log.range().from()).isZero();
        long before = disk.operationCount();
        switch (kind) {
          case 0 -> disk.failAt(before + failAt, FaultyStorage.Fault.IO_ERROR);
          case 1 -> disk.failAt(before + failAt, FaultyStorage.Fault.DISK_FULL);
          default -> disk.fullFrom(before + failAt);
        }
        OffsetSet deleted = OffsetSet.EMPTY;
        boolean failed = false;
        try {
          deleted = log.deleteAll(OffsetSet.of(0, 3), DeleteBackoff.NONE).offsets();
          operations = Math.min(operations, disk.operationCount() - before);
        } catch (DeleteFailedException e) {
          deleted = e.deleted().offsets();
          failed = true;
          failures++;
        }
        disk.full(false).failAt(-1, FaultyStorage.Fault.IO_ERROR);
        List<Long> left = LogContract.offsets(LogContract.all(log, 100));
        assertThat(log.range().from()).as(where).isEqualTo(left.get(0));
        assertThat(LogContract.offsets(log.consumeByKey(null, Log.OLDEST, 100).messages()))
            .as(where)
            .isEqualTo(left);
        if (!failed) {
          assertThat(deleted).as(where).isEqualTo(OffsetSet.of(0, 3));
        }
        List<Long> told = offsetsWithout(deleted);
        if (!left.equals(told)) {
          // What is gone without being told may come back, so the log takes no more.
          assertThat(told).as(where).containsAll(left);
          assertThatThrownBy(() -> publish(log, 1)).as(where).isInstanceOf(LogException.class);
        }
        log.close();
        try (Log again = Log.open(disk.afterRestart(), FOLDER, each)) {
          assertThat(LogContract.offsets(LogContract.all(again, 100)))
              .as(where)
              .noneMatch(deleted::contains);
        }
      }
      assertThat(operations).isGreaterThan(5);
    }
    assertThat(failures).isGreaterThan(5);
  }

  private static List<Long> offsetsWithout(OffsetSet deleted) {
    return LongStream.range(0, 5).filter(offset -> !deleted.contains(offset)).boxed().toList();
  }

  @Test
  void whatRecoveringKeepsBehindDamageSurvivesAPowerCut() {
    for (long seed = 0; seed < 20; seed++) {
      var disk = new FaultyStorage(seed);
      Log killed = Log.open(disk, FOLDER, options);
      publish(killed, 3);
      killed.sync();
      publish(killed, 5);
      FaultyStorage left = disk.afterKill();
      try (StorageFile file = left.open(Segment.path(FOLDER, 2))) {
        file.truncate(80);
      }
      Log recovered = Log.open(left, FOLDER, options.toBuilder().recoverOnOpen(true).build());
      assertThat(recovered.recovery()).isInstanceOf(Recovery.Damaged.class);
      try (Log log = Log.open(left.afterRestart(), FOLDER, options)) {
        assertThat(log.recovery()).as("seed %d", seed).isEqualTo(new Recovery.Clean());
        for (long offset = 3; offset < 8; offset++) {
          assertThat(log.get(offset).offset()).as("seed %d", seed).isEqualTo(offset);
        }
      }
    }
  }

  @Test
  void aFileThatCannotBeClosedLeavesNoLock() {
    LogOptions locking = options.toBuilder().lockFolder(true).build();
    var disk = new FaultyStorage(1);
    Log log = Log.open(disk, FOLDER, locking);
    publish(log, 3);
    disk.failCloses(Segment.path(FOLDER, 1)::equals);
    assertThatThrownBy(log::close)
        .isInstanceOf(LogException.class)
        .hasMessageContaining("failed while closing it");
    disk.failCloses(null);
    try (Log again = Log.open(disk, FOLDER, locking)) {
      assertThat(again.nextOffset()).isEqualTo(3);
    }
  }

  @Test
  void onAFullDiskALogThatOwesIndexesCanBeSyncedMeasuredAndDeletedFrom() {
    var disk = new FaultyStorage(1);
    LogOptions late = options.toBuilder().executor(task -> {}).build();
    try (Log log = Log.open(disk, FOLDER, late)) {
      publish(log, 3);
      disk.full(true);
      assertThat(log.sync()).isEqualTo(3);
      assertThat(log.stat().messages()).isEqualTo(3);
      assertThat(log.delete(OffsetSet.of(0)).offsets()).isEqualTo(OffsetSet.of(0));
      disk.full(false);
      publish(log, 1);
      assertThat(log.sync()).isEqualTo(4);
    }
    assertThat(LogFolder.of(disk, FOLDER, options).check()).isEmpty();
  }
}
