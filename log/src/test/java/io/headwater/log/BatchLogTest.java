package io.headwater.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.record.BatchBuffer;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.record.ControlType;
import io.headwater.log.record.RecordReader;
import io.headwater.log.record.TimestampType;
import io.headwater.log.segment.Segment;
import io.headwater.log.storage.FolderInUseException;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import io.headwater.log.testing.LogRecords;
import io.headwater.log.testing.ManualClock;
import io.headwater.log.testing.Seeds;
import io.headwater.serde.Headers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchLogTest {
  private static final LogOptions SMALL =
      LogOptions.builder().segmentBytes(4_000).indexIntervalBytes(200).build();

  @TempDir Path temp;
  private final Storage storage = Storage.memory();
  private final Path folder = Path.of("data", "orders-3");

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static BatchBuilder batch(String... values) {
    var batch = new BatchBuilder();
    for (String value : values) {
      batch.append(1_000, null, bytes(value), Headers.EMPTY);
    }
    return batch;
  }

  /** Appends a batch of some random records and adds their texts to the list. */
  private static void appendRandom(Random random, BatchLog log, List<String> records) {
    var batch = new BatchBuilder();
    var texts = new ArrayList<String>();
    long base = log.range().to();
    int count = 1 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      byte[] key = random.nextInt(5) == 0 ? null : bytes("k" + random.nextInt(100));
      byte[] value =
          random.nextInt(5) == 0
              ? null
              : bytes("v".repeat(random.nextInt(random.nextInt(150) + 1)));
      long timestamp = 10_000 + (base + i) * 10 - random.nextInt(200);
      batch.append(timestamp, key, value, Headers.EMPTY);
      texts.add(LogRecords.text(base + i, timestamp, key, value));
    }
    assertThat(log.append(batch)).isEqualTo(base);
    records.addAll(texts);
  }

  private static long timestampOf(String record) {
    return Long.parseLong(record.substring(record.indexOf('@') + 1, record.indexOf(' ')));
  }

  @Test
  void aNewLogIsEmptyAndItsFirstOffsetIsZero() {
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      assertThat(log.range()).isEqualTo(new OffsetRange(0, 0));
      assertThat(log.append(batch("a", "b"))).isZero();
      assertThat(log.append(batch("c"))).isEqualTo(2);
      assertThat(LogRecords.all(log))
          .containsExactly("0@1000 null='a'", "1@1000 null='b'", "2@1000 null='c'");
    }
  }

  /** Any mix of appends, rolls, syncs, closes and kills; read from everywhere, in any portions. */
  @Test
  void whatWasAppendedIsReadFromEveryOffsetAndFoundByTimeAlsoAfterReopening() {
    long seed = Seeds.next();
    var random = new Random(seed);
    LogOptions options = SMALL.toBuilder().lockFolder(false).build();
    var records = new ArrayList<String>();
    BatchLog log = BatchLog.open(storage, folder, options);
    BatchLog view = null;
    for (int round = 0; round < 1_500; round++) {
      switch (random.nextInt(14)) {
        case 0 -> {
          log.close();
          log = BatchLog.open(storage, folder, options);
          assertThat(log.recovery()).isEqualTo(new Recovery.Clean());
        }
        case 1 -> {
          // Not closed: as if the process had been killed.
          log = BatchLog.open(storage, folder, options);
          assertThat(log.recovery()).isEqualTo(new Recovery.Clean());
        }
        case 2 -> log.sync();
        case 3 -> log.saveForcedMark();
        case 4 -> {
          if (random.nextInt(5) == 0) {
            log.roll();
          }
        }
        default -> appendRandom(random, log, records);
      }
      String where = "seed %d, round %d".formatted(seed, round);
      assertThat(log.range()).as(where).isEqualTo(new OffsetRange(0, records.size()));
      int from = random.nextInt(records.size() + 1);
      int bytesMax = 1 + random.nextInt(3_000);
      if (round % 10 == 0) {
        assertThat(LogRecords.from(log, from, bytesMax))
            .as(where)
            .isEqualTo(records.subList(from, records.size()));
        long time = 10_000L + random.nextInt(records.size() * 10 + 100) - 100;
        long expected = records.size();
        for (int i = records.size() - 1; i >= 0; i--) {
          expected = timestampOf(records.get(i)) >= time ? i : expected;
        }
        assertThat(log.offsetForTime(time)).as(where).isEqualTo(expected);
      }
      if (round % 50 == 0) {
        if (view == null || random.nextBoolean()) {
          view = BatchLog.open(storage, folder, options.toBuilder().readOnly(true).build());
        } else {
          view.refresh();
        }
        assertThat(LogRecords.from(view, from, bytesMax))
            .as(where)
            .isEqualTo(records.subList(from, records.size()));
      }
    }
    log.close();
  }

  @Test
  void aReadEndsBelowTheGivenEndAndTakesTheFirstBatchHoweverLarge() {
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      log.append(batch("a".repeat(20_000)));
      log.append(batch("b", "c"));
      log.append(batch("d"));
      var buffer = new BatchBuffer();
      log.read(0, Long.MAX_VALUE, 1, buffer);
      assertThat(buffer.sizeInBytes()).isGreaterThan(20_000);
      assertThat(buffer.nextOffset()).isEqualTo(1);
      log.read(1, 4, 1_000, buffer);
      assertThat(buffer.nextOffset()).isEqualTo(4);
      log.read(2, 3, 1_000, buffer);
      assertThat(buffer.nextOffset()).as("the batch of 1 and 2").isEqualTo(3);
      log.read(1, 2, 1_000, buffer);
      assertThat(buffer.isEmpty()).as("a batch past the end").isTrue();
      assertThat(buffer.nextOffset()).isEqualTo(1);
      log.read(4, 100, 1_000, buffer);
      assertThat(buffer.isEmpty()).isTrue();
    }
  }

  @Test
  void anOffsetThatIsNotThereIsRefusedNamingTheRange() {
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      log.append(batch("a", "b"));
      var buffer = new BatchBuffer();
      for (long offset : new long[] {-1, 3}) {
        assertThatThrownBy(() -> log.read(offset, 10, 100, buffer))
            .isInstanceOf(OffsetOutOfRangeException.class)
            .hasMessageContaining("orders-3 has the offsets [0, 2), not " + offset)
            .satisfies(
                e ->
                    assertThat(((OffsetOutOfRangeException) e).range())
                        .isEqualTo(new OffsetRange(0, 2)));
      }
    }
  }

  @Test
  void theBuilderTellsWhereItsRecordsCanBeReadFromLater() {
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      var reader = new RecordReader();
      var builder = new BatchBuilder();
      for (int i = 0; i < 200; i++) {
        builder.reset();
        builder.append(5, bytes("a" + i), bytes("1"), Headers.EMPTY);
        builder.append(6, bytes("b" + i), bytes("2"), Headers.EMPTY);
        long base = log.append(builder);
        int start = builder.recordPosition(1);
        byte[] record =
            log.readAt(
                builder.segmentBase(),
                builder.segmentPosition() + start,
                builder.sizeInBytes() - start);
        reader.resetToRecord(record, 0, record.length, base, 5);
        assertThat(LogRecords.text(reader)).isEqualTo((base + 1) + "@6 'b" + i + "'='2'");

        var buffer = new BatchBuffer();
        log.read(base, Long.MAX_VALUE, 1, buffer);
        reader.reset(buffer);
        assertThat(reader.nextBatch() && reader.nextRecord() && reader.nextRecord()).isTrue();
        assertThat(buffer.segmentBase()).isEqualTo(builder.segmentBase());
        assertThat(reader.segmentPosition()).isEqualTo(builder.segmentPosition() + start);
      }
    }
  }

  @Test
  void bytesThatAreNotThereAreRefusedNamingTheFile() {
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      log.append(batch("a"));
      assertThatThrownBy(() -> log.readAt(0, 60, 100))
          .isInstanceOf(LogException.class)
          .hasMessageContaining("00000000000000000000.log");
      assertThatThrownBy(() -> log.readAt(7, 0, 1))
          .isInstanceOf(LogException.class)
          .hasMessageContaining("no segment with base offset 7");
    }
  }

  @Test
  void appendTimeIsTheClocksForEveryRecord() {
    var clock = new ManualClock(77_000);
    LogOptions options =
        SMALL.toBuilder().timestampType(TimestampType.LOG_APPEND_TIME).clock(clock).build();
    try (BatchLog log = BatchLog.open(storage, folder, options)) {
      log.append(batch("a", "b"));
      assertThat(LogRecords.all(log)).containsExactly("0@77000 null='a'", "1@77000 null='b'");
      assertThat(log.offsetForTime(77_001)).isEqualTo(2);
      assertThat(log.offsetForTime(77_000)).isZero();
    }
  }

  @Test
  void aLargeBatchIsRefusedUnlessItIsOneRecord() {
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      byte[] half = new byte[600_000];
      var two =
          new BatchBuilder()
              .append(1, null, half, Headers.EMPTY)
              .append(1, null, half, Headers.EMPTY);
      assertThatThrownBy(() -> log.append(two))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the limit is 1048576");
      assertThat(log.range().to()).isZero();
      var one = new BatchBuilder().append(1, null, new byte[1_200_000], Headers.EMPTY);
      assertThat(log.append(one)).isZero();
      assertThatThrownBy(() -> log.append(new BatchBuilder()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("at least one record");
    }
  }

  @Test
  void segmentsAreRolledAtTheirSizeAndNamedByTheirFirstOffset() {
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      for (int i = 0; i < 10; i++) {
        log.append(batch("x".repeat(1_500)));
      }
      assertThat(
              storage.list(folder).stream()
                  .map(file -> String.valueOf(file.getFileName()))
                  .filter(name -> name.endsWith(".log")))
          .containsExactly(
              "00000000000000000000.log",
              "00000000000000000002.log",
              "00000000000000000004.log",
              "00000000000000000006.log",
              "00000000000000000008.log");
    }
  }

  @Test
  void batchHeadersAreShownFromTheBatchThatHoldsAnOffset() {
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      for (int i = 0; i < 50; i++) {
        log.append(batch("x".repeat(300 * (i % 4)), "y").producer(7, (short) 1, i, true));
        log.append(
            BatchBuilder.endOfTransaction(
                i % 2 == 0 ? ControlType.COMMIT : ControlType.ABORT, 5, 7, (short) 1, 0));
      }
      var shown = new ArrayList<String>();
      log.forEachBatch(
          31,
          header ->
              shown.add(
                  header.baseOffset()
                      + (header.isControl() ? " " + header.controlType() : " " + header.count())));
      assertThat(shown)
          .hasSize(80)
          .startsWith("30 2", "32 COMMIT", "33 2", "35 ABORT")
          .endsWith("149 ABORT");
    }
  }

  @Test
  void aCommitMarkerIsNotMadeAnAbortWhereTheMarkWouldMoveBackBeforeAGap() {
    LogOptions options = SMALL.toBuilder().lockFolder(false).build();
    List<String> left;
    try (BatchLog log = BatchLog.open(storage, folder, options)) {
      log.append(batch("a").producer(7, (short) 1, 0, true));
      log.append(BatchBuilder.endOfTransaction(ControlType.COMMIT, 5, 7, (short) 1, 0));
      for (String each : List.of("b", "c", "d")) {
        log.roll();
        log.append(batch(each));
      }
      log.delete(OffsetSet.of(3));
      left = LogRecords.all(log);
    }
    BatchLog killed = BatchLog.open(storage, folder, options);
    assertThatThrownBy(() -> killed.rewriteMarkerAsAbort(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the marker at offset 1 cannot become an abort any more");
    try (BatchLog log = BatchLog.open(storage, folder, options)) {
      assertThat(log.recovery()).isEqualTo(new Recovery.Clean());
      assertThat(LogRecords.all(log)).isEqualTo(left);
    }
  }

  @Test
  void aCommitMarkerIsMadeAnAbortInPlace() {
    LogOptions options = SMALL.toBuilder().lockFolder(false).build();
    try (BatchLog log = BatchLog.open(storage, folder, options)) {
      for (int i = 0; i < 20; i++) {
        log.append(batch("x".repeat(300)).producer(7, (short) 1, i, true));
        log.append(BatchBuilder.endOfTransaction(ControlType.COMMIT, 5, 7, (short) 1, 0));
      }
    }
    for (boolean killed : new boolean[] {true, false}) {
      BatchLog log = BatchLog.open(storage, folder, options);
      assertThat(log.recovery()).isEqualTo(new Recovery.Clean());
      log.rewriteMarkerAsAbort(killed ? 9 : 39);
      assertThatThrownBy(() -> log.rewriteMarkerAsAbort(10))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("offset 10");
      if (!killed) {
        log.close();
      }
    }
    try (BatchLog log = BatchLog.open(storage, folder, options)) {
      assertThat(log.recovery()).isEqualTo(new Recovery.Clean());
      var aborts = new ArrayList<Long>();
      log.forEachBatch(
          0,
          header -> {
            if (header.isControl() && header.controlType() == ControlType.ABORT) {
              aborts.add(header.baseOffset());
            }
          });
      assertThat(aborts).containsExactly(9L, 39L);
      assertThat(LogRecords.all(log)).hasSize(40);
    }
  }

  @Test
  void aLogThatIsOpenIsNotOpenedAgainForWriting() {
    try (BatchLog log = BatchLog.open(Storage.disk(), temp.resolve("orders-3"), SMALL)) {
      assertThatThrownBy(() -> BatchLog.open(Storage.disk(), temp.resolve("orders-3"), SMALL))
          .isInstanceOf(FolderInUseException.class);
      log.append(batch("a"));
      try (BatchLog view =
          BatchLog.open(
              Storage.disk(), temp.resolve("orders-3"), SMALL.toBuilder().readOnly(true).build())) {
        assertThat(LogRecords.all(view)).hasSize(1);
        assertThatThrownBy(() -> view.append(batch("b")))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("reading only");
      }
    }
    BatchLog.open(Storage.disk(), temp.resolve("orders-3"), SMALL).close();
  }

  @Test
  void aViewChangesNothingAndShowsOnlyWholeBatches() {
    LogOptions writing = SMALL.toBuilder().lockFolder(false).build();
    try (BatchLog log = BatchLog.open(storage, folder, writing)) {
      log.append(batch("a"));
      long end = log.sizeBytes();
      var whole = new BatchBuilder().append(1, null, bytes("half of it"), Headers.EMPTY);
      whole.finish(1, TimestampType.CREATE_TIME, 0);
      try (StorageFile file = storage.open(Segment.path(folder, 0));
          BatchLog view =
              BatchLog.open(storage, folder, SMALL.toBuilder().readOnly(true).build())) {
        file.write(end, whole.array(), 0, 40);
        assertThat(view.refresh()).isFalse();
        assertThat(LogRecords.all(view)).hasSize(1);
        file.write(end, whole.array(), 0, whole.sizeInBytes());
        assertThat(view.refresh()).isTrue();
        assertThat(LogRecords.all(view)).hasSize(2);
      }
    }
    assertThatThrownBy(
            () ->
                BatchLog.open(
                    storage, Path.of("data", "none"), SMALL.toBuilder().readOnly(true).build()))
        .isInstanceOf(LogException.class)
        .hasMessageContaining("there is no log");
    assertThat(storage.exists(Path.of("data", "none"))).isFalse();
  }

  @Test
  void aLogInWhichOffsetsWentFarRollsBeforeTheyDoNotFitTheIndex() {
    LogOptions options = LogOptions.builder().lockFolder(false).build();
    BatchLog.open(storage, folder, options).close();
    // A batch of Kafka's whose records were compacted away but the last.
    var builder = batch("far");
    builder.finish(Integer.MAX_VALUE - 1L, TimestampType.CREATE_TIME, 0);
    try (StorageFile file = storage.open(Segment.path(folder, 0))) {
      file.write(0, builder.array(), 0, builder.sizeInBytes());
    }
    try (BatchLog log = BatchLog.open(storage, folder, options)) {
      assertThat(log.range().to()).isEqualTo(Integer.MAX_VALUE);
      log.append(batch("the last that fits"));
      log.append(batch("the first that does not"));
      assertThat(storage.exists(Segment.path(folder, Integer.MAX_VALUE + 1L))).isTrue();
      assertThat(LogRecords.all(log)).hasSize(3);
    }
  }

  @Test
  void readersGoOnWhileOneThreadAppendsAndOthersSync() throws InterruptedException {
    var failure = new AtomicReference<Throwable>();
    int last = 3_000;
    LogOptions options = LogOptions.builder().segmentBytes(50_000).build();
    try (BatchLog log = BatchLog.open(Storage.disk(), temp.resolve("orders-3"), options)) {
      var threads = new ArrayList<Thread>();
      for (int i = 0; i < 2; i++) {
        threads.add(
            new Thread(
                () -> {
                  try {
                    var buffer = new BatchBuffer();
                    var reader = new RecordReader();
                    for (long next = 0; next < last; next = Math.max(next, buffer.nextOffset())) {
                      log.read(next, Long.MAX_VALUE, 5_000, buffer);
                      reader.reset(buffer);
                      while (reader.nextBatch()) {
                        while (reader.nextRecord()) {
                          assertThat(reader.offset()).isEqualTo(next);
                          assertThat(reader.value()).isEqualTo(bytes("value " + next));
                          next++;
                        }
                      }
                    }
                  } catch (Throwable e) {
                    failure.set(e);
                  }
                }));
      }
      threads.add(
          new Thread(
              () -> {
                try {
                  for (long forced = 0; forced < last; ) {
                    forced = log.sync();
                    assertThat(log.forcedOffset()).isGreaterThanOrEqualTo(forced);
                  }
                } catch (Throwable e) {
                  failure.set(e);
                }
              }));
      threads.forEach(Thread::start);
      for (int i = 0; i < last; i++) {
        log.append(batch("value " + i));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    assertThat(failure.get()).isNull();
  }
}
