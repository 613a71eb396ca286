package io.headwater.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.record.BatchBuilder;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import io.headwater.log.testing.CountingStorage;
import io.headwater.log.testing.LogRecords;
import io.headwater.log.testing.ManualClock;
import io.headwater.log.testing.Seeds;
import io.headwater.serde.Headers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What is read to open a log and to find a place in it, and indexes that are not right. */
class BatchLogIndexTest {
  private static final Path FOLDER = Path.of("data", "orders-3");
  private static final LogOptions OPTIONS =
      LogOptions.builder().segmentBytes(20_000).indexIntervalBytes(200).lockFolder(false).build();

  private final CountingStorage storage = new CountingStorage(Storage.memory());
  private final List<Long> timestamps = new ArrayList<>();

  private void append(BatchLog log, long timestampMs) {
    timestamps.add(timestampMs);
    log.append(new BatchBuilder().append(timestampMs, null, new byte[100], Headers.EMPTY));
  }

  private void append(BatchLog log, int count) {
    for (int i = 0; i < count; i++) {
      append(log, 1_000L + timestamps.size());
    }
  }

  private long firstFrom(long timestampMs) {
    for (int i = 0; i < timestamps.size(); i++) {
      if (timestamps.get(i) >= timestampMs) {
        return i;
      }
    }
    return timestamps.size();
  }

  private static byte[] content(Storage storage, Path path) {
    try (StorageFile file = storage.openReadOnly(path)) {
      byte[] bytes = new byte[(int) file.size()];
      file.read(0, bytes, 0, bytes.length);
      return bytes;
    }
  }

  private static void replace(Storage storage, Path path, byte[] bytes) {
    try (StorageFile file = storage.create(path)) {
      file.write(0, bytes, 0, bytes.length);
    }
  }

  private List<Path> files(String suffix) {
    return storage.list(FOLDER).stream().filter(each -> each.toString().endsWith(suffix)).toList();
  }

  private void publish(Log log, int count) {
    for (int i = 0; i < count; i++) {
      long timestampMs = 1_000L + timestamps.size();
      timestamps.add(timestampMs);
      log.publish(new Message(0, timestampMs, null, new byte[100], Headers.EMPTY));
    }
  }

  private void assertFoundByTime(Log log) {
    for (int i = 0; i < timestamps.size(); i += 7) {
      assertThat(log.offsetByTime(timestamps.get(i)).offset()).isEqualTo(i);
      assertThat(log.get(i).timestampMs()).isEqualTo(timestamps.get(i));
    }
  }

  @Test
  void indexesOfFullSegmentsAreWrittenByTheExecutorOrWhenTheyAreNeeded() {
    var tasks = new ArrayList<Runnable>();
    LogOptions options = OPTIONS.toBuilder().executor(tasks::add).build();
    try (Log log = Log.open(storage, FOLDER, options)) {
      publish(log, 500);
      int full = files(".log").size() - 1;
      assertThat(full).isGreaterThan(2);
      assertThat(tasks).hasSize(full);
      assertThat(files(".index")).isEmpty();
      assertFoundByTime(log);

      tasks.get(0).run();
      assertThat(files(".index")).hasSize(1);
      assertThat(files(".timeindex")).hasSize(1);
      log.gc(Duration.ZERO); // keeps what is nowhere else
      assertFoundByTime(log);

      log.sync();
      assertThat(files(".index")).hasSize(full);
      assertThat(files(".timeindex")).hasSize(full);
      assertFoundByTime(log);

      publish(log, 5_000); // only so many wait
      assertThat(files(".index")).hasSize(files(".log").size() - 1 - 16 + full - 1);
      assertFoundByTime(log);
    }
    assertThat(files(".index")).hasSameSizeAs(files(".log"));
    storage.delete(files(".index").get(0));
    tasks.forEach(Runnable::run);
    assertThat(files(".index")).as("a closed log is left alone").hasSize(files(".log").size() - 1);
    try (Log log = Log.open(storage, FOLDER, options)) {
      assertFoundByTime(log);
    }
  }

  @Test
  void aCleanOpeningReadsNoDataAndNoIndex() {
    try (BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS)) {
      append(log, 2_000);
    }
    storage.reset();
    try (BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS)) {
      append(log, 1);
      log.roll();
      assertThat(storage.bytesRead(".log")).isLessThan(1_000); // for the index of the newest
    }
    storage.reset();
    try (BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS)) {
      assertThat(log.range().to()).isEqualTo(2_001);
      assertThat(log.sizeBytes()).isGreaterThan(300_000);
      assertThat(storage.bytesRead(".log")).isZero();
      assertThat(storage.bytesRead("index")).isZero();
    }
    assertThat(storage.bytesRead(".log")).isZero();
  }

  @Test
  void anUncleanOpeningReadsOnlyWhatWasNotForced() {
    BatchLog killed = BatchLog.open(storage, FOLDER, OPTIONS);
    append(killed, 1_000);
    killed.sync();
    killed.saveForcedMark();
    long forced = killed.sizeBytes();
    append(killed, 300);
    long unforced = killed.sizeBytes() - forced;
    assertThat(unforced).isGreaterThan(40_000);
    storage.reset();
    BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS.toBuilder().readOnly(true).build());
    assertThat(log.range().to()).isEqualTo(1_300);
    // And the zeros of what was reserved.
    assertThat(storage.bytesRead(".log")).isBetween(unforced, unforced + (64 << 10));
  }

  @Test
  void aRecordIsFoundReadingOnlyItsBlockOnceTheIndexIsOpen() {
    try (BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS)) {
      append(log, 2_000);
    }
    try (BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS)) {
      LogCursor cursor = log.cursor(0);
      for (long offset = 0; offset < 2_000; offset++) {
        cursor.find(offset);
      }
      storage.reset();
      var random = new Random(1);
      for (int i = 0; i < 1_000; i++) {
        int offset = random.nextInt(2_000);
        assertThat(cursor.find(offset)).isTrue();
        assertThat(cursor.offset()).isEqualTo(offset);
      }
      // Two batches of 170 bytes; the end of a segment, which has no entry after it, has some more.
      assertThat(storage.bytesRead(".log")).isLessThan(1_000 * 600);
      assertThat(storage.bytesRead(".index")).isBetween(1_000 * 8L, 1_000 * 33 * 8L);
      assertThat(storage.bytesRead(".timeindex")).isZero();
    }
  }

  /** Whatever one or several bytes of the index files are, or how long: what is found is right. */
  @Test
  void whateverIsInTheIndexFilesWhatIsFoundIsRight() {
    long seed = Seeds.next();
    var random = new Random(seed);
    try (BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS)) {
      for (int i = 0; i < 400; i++) {
        append(log, 10_000 + i * 10L - random.nextInt(300));
      }
    }
    List<Path> indexes = files("index");
    assertThat(indexes).hasSize(2 * files(".log").size()).hasSizeGreaterThan(5);
    var right = indexes.stream().map(each -> content(storage, each)).toList();
    int rounds = Seeds.full() ? 20_000 : 1_000;
    for (int round = 0; round < rounds; round++) {
      String where = "seed %d, round %d".formatted(seed, round);
      int bad = random.nextInt(indexes.size());
      for (int i = 0; i < indexes.size(); i++) {
        replace(storage, indexes.get(i), i == bad ? worse(random, right.get(i)) : right.get(i));
      }
      boolean readOnly = random.nextInt(3) == 0;
      try (BatchLog log =
          BatchLog.open(storage, FOLDER, OPTIONS.toBuilder().readOnly(readOnly).build())) {
        LogCursor cursor = log.cursor(0);
        for (int i = 0; i < 20; i++) {
          int offset = random.nextInt(400);
          assertThat(cursor.find(offset)).as(where).isTrue();
          assertThat(cursor.offset()).as(where).isEqualTo(offset);
          long time = 9_700L + random.nextInt(4_400);
          assertThat(log.offsetForTime(time)).as(where).isEqualTo(firstFrom(time));
        }
      }
    }
  }

  private static byte[] worse(Random random, byte[] right) {
    byte[] bytes = right.clone();
    switch (random.nextInt(4)) {
      case 0 -> bytes = java.util.Arrays.copyOf(right, random.nextInt(right.length + 30));
      case 1 -> random.nextBytes(bytes);
      case 2 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      default -> {
        for (int i = 0; i < 3; i++) {
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(3));
        }
      }
    }
    return bytes;
  }

  @Test
  void aBadIndexIsWrittenAgainUnlessTheLogIsOpenForReadingOnly() {
    try (BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS)) {
      append(log, 500);
    }
    Path index = files(".index").get(1);
    Path times = files(".timeindex").get(1);
    byte[] right = content(storage, index);
    byte[] rightTimes = content(storage, times);
    byte[] bad = right.clone();
    ByteBuffer entries = ByteBuffer.wrap(bad);
    int middle = right.length / 16 * 8;
    entries.putInt(middle + 4, entries.getInt(middle + 4) + 1);
    replace(storage, index, bad);
    storage.delete(times);
    for (boolean readOnly : new boolean[] {true, false}) {
      try (BatchLog log =
          BatchLog.open(storage, FOLDER, OPTIONS.toBuilder().readOnly(readOnly).build())) {
        assertThat(LogRecords.all(log)).hasSize(500);
        LogCursor cursor = log.cursor(0);
        for (long offset = 499; offset >= 0; offset--) {
          assertThat(cursor.find(offset)).isTrue();
          assertThat(cursor.offset()).isEqualTo(offset);
        }
      }
      assertThat(content(storage, index)).isEqualTo(readOnly ? bad : right);
      assertThat(storage.exists(times)).isEqualTo(!readOnly);
    }
    assertThat(content(storage, times)).isEqualTo(rightTimes);
  }

  @Test
  void aTimeIsFoundAlthoughTimestampsGoBackwards() {
    long seed = Seeds.next();
    var random = new Random(seed);
    BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS);
    for (int round = 0; round < 60; round++) {
      long start = random.nextInt(100_000);
      for (int i = random.nextInt(60); i >= 0; i--) {
        append(log, Math.max(0, start + random.nextInt(1_000) - 500));
      }
      if (random.nextInt(4) == 0) {
        if (random.nextBoolean()) {
          log.close();
        }
        log = BatchLog.open(storage, FOLDER, OPTIONS);
      }
      for (int i = 0; i < 20; i++) {
        long time = random.nextInt(103_000) - 1_000L;
        assertThat(log.offsetForTime(time))
            .as("seed %d, round %d, time %d", seed, round, time)
            .isEqualTo(firstFrom(time));
      }
    }
    log.close();
  }

  @Test
  void aTimeCostsTheSameInManySegmentsOnceTheyAreKnown() {
    try (BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS)) {
      append(log, 10_000);
    }
    try (BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS)) {
      log.offsetForTime(Long.MAX_VALUE);
      storage.reset();
      assertThat(log.offsetForTime(1_000 + 9_000)).isEqualTo(9_000);
      assertThat(storage.bytesRead("")).isLessThan(4_000);
    }
  }

  @Test
  void withoutATimeIndexThereIsNoFileOfItAndNoTimeIsFound() {
    LogOptions without = OPTIONS.toBuilder().timeIndex(false).build();
    try (BatchLog log = BatchLog.open(storage, FOLDER, without)) {
      append(log, 500);
      assertThatThrownBy(() -> log.offsetForTime(1_000))
          .isInstanceOf(NoSuchIndexException.class)
          .hasMessageContaining("orders-3")
          .hasMessageContaining("timeIndex");
    }
    assertThat(files(".timeindex")).isEmpty();
    try (BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS)) {
      for (long time = 1_000; time < 1_500; time += 7) {
        assertThat(log.offsetForTime(time)).isEqualTo(firstFrom(time));
      }
      append(log, 1);
    }
    assertThat(files(".timeindex")).hasSameSizeAs(files(".log"));
    try (BatchLog log = BatchLog.open(storage, FOLDER, without)) {
      append(log, 1);
    }
    assertThat(files(".timeindex"))
        .as("that of the newest would not be complete")
        .hasSize(files(".log").size() - 1);
    try (BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS)) {
      assertThat(log.offsetForTime(1_501)).isEqualTo(501);
    }
  }

  @Test
  void whatCountingAndLookingForATimeTookIsReleasedToo() {
    try (BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS)) {
      append(log, 1_000);
    }
    List<Consumer<BatchLog>> looks =
        List.of(
            BatchLog::segmentStats,
            log -> log.offsetForTime(Long.MAX_VALUE),
            log -> log.forEachBatch(0, batch -> {}));
    for (Consumer<BatchLog> look : looks) {
      try (BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS)) {
        log.gc(Duration.ZERO);
        look.accept(log);
        log.gc(Duration.ZERO);
        storage.reset();
        log.cursor(0).find(10);
        assertThat(storage.bytesRead("index")).as("the whole index").isGreaterThan(1_000);
      }
    }
    try (BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS)) {
      List<SegmentStat> counted = log.segmentStats();
      log.gc(Duration.ZERO);
      storage.reset();
      List<SegmentStat> again = log.segmentStats();
      assertThat(storage.bytesRead("index")).as("nothing is left to be counted").isZero();
      assertThat(again).isEqualTo(counted);
    }
  }

  @Test
  void whatIsReleasedIsTakenAgain() {
    var clock = new ManualClock(0);
    LogOptions options = OPTIONS.toBuilder().clock(clock).build();
    try (BatchLog log = BatchLog.open(storage, FOLDER, options)) {
      append(log, 1_000);
    }
    try (BatchLog log = BatchLog.open(storage, FOLDER, options)) {
      List<String> all = LogRecords.all(log);
      LogCursor cursor = log.cursor(0);
      cursor.find(10);
      log.gc(Duration.ofMinutes(5));
      storage.reset();
      cursor.find(10);
      assertThat(storage.bytesRead("index")).as("an entry's part").isLessThan(300);
      log.gc(Duration.ofMinutes(5));
      clock.advance(Duration.ofMinutes(5));
      log.gc(Duration.ofMinutes(5));
      storage.reset();
      cursor.find(10);
      assertThat(storage.bytesRead("index")).as("the whole index").isGreaterThan(1_000);
      log.gc(Duration.ZERO);
      assertThat(LogRecords.all(log)).isEqualTo(all);
      log.gc(Duration.ofSeconds(Long.MAX_VALUE));
      log.gc(Duration.ofSeconds(Long.MIN_VALUE));
      assertThat(log.offsetForTime(1_500)).isEqualTo(500);
      append(log, 10);
      assertThat(LogRecords.all(log)).hasSize(1_010);
    }
  }
}
