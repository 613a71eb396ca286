package io.headwater.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.record.BatchBuilder;
import io.headwater.log.segment.Segment;
import io.headwater.log.storage.FolderInUseException;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import io.headwater.log.testing.FaultyStorage;
import io.headwater.log.testing.LogRecords;
import io.headwater.log.testing.PowerCutException;
import io.headwater.log.testing.Seeds;
import io.headwater.log.testing.WatchedStorage;
import io.headwater.serde.Headers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups of open logs and of folders. KL-104 to KL-107. */
class LogBackupTest {
  private static final LogOptions SMALL =
      LogOptions.builder().segmentBytes(2_000).indexIntervalBytes(200).build();
  private static final Path FOLDER = Path.of("data", "orders-3");
  private static final Path COPY = Path.of("backups", "orders-3");

  @TempDir Path temp;
  private final Storage storage = Storage.memory();

  private static void append(BatchLog log, int batches) {
    for (int i = 0; i < batches; i++) {
      var batch = new BatchBuilder();
      for (int each = 0; each < 3; each++) {
        long offset = log.range().to() + each;
        batch.append(offset, null, new byte[100], Headers.EMPTY);
      }
      log.append(batch);
    }
  }

  private static List<String> records(Storage storage, Path folder) {
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      assertThat(log.recovery()).isEqualTo(new Recovery.Clean());
      return LogRecords.all(log);
    }
  }

  private Map<String, String> stamps(Path folder) {
    var stamps = new TreeMap<String, String>();
    for (Path file : storage.list(folder)) {
      if (Segment.numberOf(file) >= 0) {
        stamps.put(String.valueOf(file.getFileName()), storage.stamp(file));
      }
    }
    return stamps;
  }

  @Test
  void aCopyOfAnOpenLogOpensToTheSameRecordsAndSizes() {
    try (BatchLog log = BatchLog.open(storage, FOLDER, SMALL)) {
      append(log, 30);
      log.backup(COPY);
      assertThat(records(storage, COPY)).isEqualTo(LogRecords.all(log));
      append(log, 30);
      log.backup(COPY);
      assertThat(records(storage, COPY)).isEqualTo(LogRecords.all(log));
    }
    LogFolder.of(storage, FOLDER, SMALL).backup(COPY);
    assertThat(LogFolder.of(storage, COPY, SMALL).stat())
        .isEqualTo(LogFolder.of(storage, FOLDER, SMALL).stat());
    assertThat(LogFolder.of(storage, COPY, SMALL).check()).isEmpty();
  }

  @Test
  void whatIsThereAlreadyIsNotCopiedAgain() {
    try (BatchLog log = BatchLog.open(storage, FOLDER, SMALL)) {
      append(log, 30);
      log.backup(COPY);
      Map<String, String> before = stamps(COPY);
      append(log, 30);
      log.backup(COPY);
      Map<String, String> after = stamps(COPY);
      after.keySet().retainAll(before.keySet());
      var changed = new HashSet<>(after.entrySet());
      changed.removeAll(before.entrySet());
      assertThat(after).hasSizeGreaterThan(12);
      assertThat(changed).as("what grew: the newest segment and its indexes").hasSizeLessThan(4);
    }
  }

  @Test
  void whatIsDeletedFromTheLogIsDeletedFromTheCopy() {
    try (BatchLog log = BatchLog.open(storage, FOLDER, SMALL)) {
      append(log, 30);
      log.backup(COPY);
      log.delete(OffsetSet.range(0, 20));
      log.delete(OffsetSet.of(22, 24));
      log.dropSegmentsBefore(50);
      log.delete(OffsetSet.of(70));
      log.backup(COPY);
      assertThat(records(storage, COPY)).isEqualTo(LogRecords.all(log));
      assertThat(stamps(COPY).keySet()).isEqualTo(stamps(FOLDER).keySet());
      log.delete(OffsetSet.range(0, 90));
      while (!log.delete(OffsetSet.range(0, 90)).offsets().isEmpty()) {}
      log.backup(COPY);
      assertThat(records(storage, COPY)).isEmpty();
      assertThat(log.range()).isEqualTo(new OffsetRange(90, 90));
    }
    try (BatchLog copy = BatchLog.open(storage, COPY, SMALL)) {
      assertThat(copy.range()).as("the next offset too").isEqualTo(new OffsetRange(90, 90));
    }
  }

  @Test
  void aMissingSourceIsNoErrorAndMakesNothing() {
    LogFolder.of(storage, FOLDER, SMALL).backup(COPY);
    assertThat(storage.exists(COPY)).isFalse();
  }

  @Test
  void aTornTailIsNotCopied() {
    BatchLog killed = BatchLog.open(storage, FOLDER, SMALL.toBuilder().lockFolder(false).build());
    append(killed, 9);
    List<String> whole = LogRecords.all(killed);
    var last = new BatchBuilder().append(1, null, new byte[100], Headers.EMPTY);
    killed.append(last);
    try (StorageFile file = storage.open(Segment.path(FOLDER, last.segmentBase()))) {
      file.write(last.segmentPosition() + 100L, new byte[] {1, 2, 3}, 0, 3);
    }
    LogFolder.of(storage, FOLDER, SMALL).backup(COPY);
    assertThat(records(storage, COPY)).isEqualTo(whole);
  }

  @Test
  void aFolderThatIsInUseOrNoBackupOfThisLogIsLeftAlone() {
    try (BatchLog log = BatchLog.open(storage, FOLDER, SMALL);
        BatchLog other = BatchLog.open(storage, Path.of("data", "other-0"), SMALL)) {
      append(log, 5);
      append(other, 5);
      assertThatThrownBy(() -> log.backup(other.folder())).isInstanceOf(FolderInUseException.class);
      assertThatThrownBy(() -> log.backup(FOLDER)).isInstanceOf(IllegalArgumentException.class);
      other.backup(COPY);
      Map<String, String> before = stamps(COPY);
      assertThatThrownBy(() -> log.backup(COPY))
          .isInstanceOf(LogException.class)
          .hasMessageContaining("a backup of")
          .hasMessageContaining("other-0")
          .hasMessageContaining("choose another folder");
      assertThat(stamps(COPY)).isEqualTo(before);

      Path documents = Path.of("documents");
      storage.createDirectories(documents);
      storage.create(documents.resolve("letter.txt")).close();
      assertThatThrownBy(() -> log.backup(documents)).hasMessageContaining("letter.txt");
    }
    Path closed = Path.of("data", "other-0");
    assertThatThrownBy(() -> LogFolder.of(storage, FOLDER, SMALL).backup(closed))
        .as("a log is no backup")
        .isInstanceOf(LogException.class);
  }

  @Test
  void aCopyThatSomebodyWroteToIsLeftAlone() {
    try (BatchLog log = BatchLog.open(storage, FOLDER, SMALL)) {
      append(log, 5);
      log.backup(COPY);
      try (BatchLog copy = BatchLog.open(storage, COPY, SMALL)) {
        append(copy, 1);
      }
      append(log, 5);
      assertThatThrownBy(() -> log.backup(COPY)).hasMessageContaining("changed since");
      assertThat(records(storage, COPY)).hasSize(18);
    }
  }

  @Test
  void aLogThatLostWhatItsBackupHasDoesNotOverwriteIt() {
    try (BatchLog log = BatchLog.open(storage, FOLDER, SMALL)) {
      append(log, 5);
      log.backup(COPY);
    }
    storage.list(FOLDER).forEach(storage::delete);
    try (BatchLog anew = BatchLog.open(storage, FOLDER, SMALL)) {
      append(anew, 1);
      assertThatThrownBy(() -> anew.backup(COPY))
          .hasMessageContaining("it lost what the backup has");
    }
    assertThat(records(storage, COPY)).hasSize(15);
  }

  /** A cut at each operation of a backup: the log is untouched, and the backup can be repeated. */
  @Test
  void aBackupThatWasInterruptedIsCompletedByTheNext() {
    long first = Seeds.next();
    int seeds = Seeds.full() ? 50 : 3;
    int cuts = 0;
    for (long seed = first; seed < first + seeds; seed++) {
      for (long cutAt = 0; ; cutAt++) {
        String where = "seed %d, cut at %d".formatted(seed, cutAt);
        var disk = new FaultyStorage(seed);
        BatchLog log = prepared(disk, new Random(seed));
        List<String> records = LogRecords.all(log);
        log.sync();
        disk.cutPowerAt(disk.operationCount() + cutAt);
        boolean done = false;
        try {
          log.backup(COPY);
          done = true;
        } catch (PowerCutException e) {
          cuts++;
        }
        boolean kill = new Random(seed + cutAt).nextBoolean();
        FaultyStorage after = kill ? disk.afterKill() : disk.afterRestart();
        try (BatchLog again = BatchLog.open(after, FOLDER, SMALL)) {
          assertThat(LogRecords.all(again)).as(where).isEqualTo(records);
          again.backup(COPY);
        }
        assertThat(records(after, COPY)).as(where).isEqualTo(records);
        assertThat(LogFolder.of(after, COPY, SMALL).check())
            .as(where)
            .allMatch(finding -> finding.kind() == Finding.Kind.INDEX);
        if (done) {
          break;
        }
      }
    }
    System.out.printf("%d backups interrupted%n", cuts);
    assertThat(cuts).isGreaterThan(50);
  }

  /** A log with an earlier backup, of which records were deleted since. */
  private static BatchLog prepared(FaultyStorage disk, Random random) {
    BatchLog log = BatchLog.open(disk, FOLDER, SMALL);
    append(log, 10 + random.nextInt(10));
    log.backup(COPY);
    append(log, random.nextInt(10));
    log.delete(OffsetSet.range(random.nextInt(10), 20));
    return log;
  }

  /** One thread appends, one deletes, one copies the folder without knowing of them. */
  @Test
  void aCopyOfALogThatIsWrittenAndDeletedFromIsAPrefixOfIt() throws Exception {
    var done = new AtomicBoolean();
    var deleted = new AtomicLong();
    var deletions = new AtomicLong(); // that there may be: a copy is begun again after each
    var problem = new AtomicReference<Throwable>();
    Path folder = temp.resolve("orders-3");
    Path copy = temp.resolve("copy");
    int copies = Seeds.full() ? 300 : 12;
    try (BatchLog log = BatchLog.open(Storage.disk(), folder, SMALL)) {
      append(log, 30);
      var threads = new ArrayList<Thread>();
      threads.add(
          new Thread(
              () -> {
                while (!done.get()) {
                  if (log.range().to() < 3 * deleted.get() + 300) {
                    append(log, 1);
                  }
                }
              }));
      threads.add(
          new Thread(
              () -> {
                while (!done.get()) {
                  if (deleted.get() < deletions.get()
                      && log.range().to() > 3 * deleted.get() + 150) {
                    // In order, so that a prefix can be told.
                    log.delete(OffsetSet.of(3 * deleted.getAndIncrement()));
                  }
                }
              }));
      threads.forEach(
          thread -> {
            thread.setUncaughtExceptionHandler((failed, e) -> problem.compareAndSet(null, e));
            thread.start();
          });
      for (int i = 0; i < copies && problem.get() == null; i++) {
        deletions.set(deleted.get() + 50);
        if (i % 2 == 0) {
          LogFolder.of(folder).backup(copy);
        } else {
          log.backup(copy);
        }
        checkPrefix(records(Storage.disk(), copy));
      }
      done.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(problem.get()).isNull();
    }
  }

  /** The newest segment ends each time that it is copied. */
  @Test
  void aLogThatIsWrittenFasterThanItIsCopiedIsCopiedUpToTheEndOfASegment() {
    try (BatchLog log = BatchLog.open(storage, FOLDER, SMALL)) {
      append(log, 20);
      var busy =
          new WatchedStorage(
              storage,
              file -> {
                if (file.toString().endsWith(".log.copying")) {
                  append(log, 8);
                }
              });
      for (int i = 0; i < 3; i++) {
        long before = log.range().to();
        LogFolder.of(busy, FOLDER, SMALL).backup(COPY);
        List<String> copied = records(storage, COPY);
        assertThat(copied).hasSizeGreaterThanOrEqualTo((int) before);
        assertThat(LogRecords.all(log)).startsWith(copied.toArray(String[]::new));
        try (BatchLog copy =
            BatchLog.open(storage, COPY, SMALL.toBuilder().readOnly(true).build())) {
          assertThat(copy.range().to()).isEqualTo(copied.size());
          assertThat(log.segmentBases()).contains(copy.range().to());
        }
      }
    }
  }

  /**
   * It is written anew where it had just ended, so that what was copied of it is not told apart.
   */
  @Test
  void aSegmentThatEndsAndIsWrittenAnewWhileItIsCopiedIsCopiedAnew() {
    try (BatchLog log = BatchLog.open(storage, FOLDER, SMALL)) {
      append(log, 20);
      var deletions = new AtomicLong(3);
      var busy =
          new WatchedStorage(
              storage,
              file -> {
                if (file.toString().endsWith(".log.copying") && deletions.getAndDecrement() > 0) {
                  long newest = log.segmentBases().get(log.segmentBases().size() - 1);
                  append(log, 8);
                  log.delete(OffsetSet.of(newest));
                }
              });
      LogFolder.of(busy, FOLDER, SMALL).backup(COPY);
      assertThat(LogRecords.all(log)).startsWith(records(storage, COPY).toArray(String[]::new));
    }
  }

  /** Every third offset was deleted, in order: up to one all are gone, from it on none is. */
  private static void checkPrefix(List<String> records) {
    long previous = -1;
    boolean intact = false;
    for (String text : records) {
      long offset = Long.parseLong(text.substring(0, text.indexOf('@')));
      assertThat(text).startsWith(offset + "@" + offset + " ");
      if (offset % 3 == 0) {
        intact = true;
      }
      if (previous >= 0) {
        long step = intact || offset % 3 == 2 ? 1 : 2;
        assertThat(offset - previous).as("after %d", previous).isEqualTo(step);
      }
      previous = offset;
    }
  }
}
