package io.headwater.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.record.BatchBuffer;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.record.Compression;
import io.headwater.log.record.ControlType;
import io.headwater.log.segment.Segment;
import io.headwater.log.storage.CorruptLogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import io.headwater.log.testing.LogRecords;
import io.headwater.log.testing.Seeds;
import io.headwater.serde.Headers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deleting records, and whole segments. KL-044, KL-056, KL-082 to KL-093. */
class BatchLogDeleteTest {
  private static final LogOptions SMALL =
      LogOptions.builder().segmentBytes(2_000).indexIntervalBytes(200).build();

  @TempDir Path temp;
  private final Storage storage = Storage.memory();
  private final Path folder = Path.of("data", "orders-3");

  private static BatchBuilder batch(int count, int valueBytes) {
    var batch = new BatchBuilder();
    for (int i = 0; i < count; i++) {
      batch.append(1_000 + i, null, new byte[valueBytes], Headers.EMPTY);
    }
    return batch;
  }

  private static BatchLog filled(Storage storage, Path folder, int batches) {
    BatchLog log = BatchLog.open(storage, folder, SMALL);
    for (int i = 0; i < batches; i++) {
      log.append(batch(3, 100));
    }
    return log;
  }

  private static List<Long> offsets(BatchLog log) {
    return LogRecords.all(log).stream()
        .map(text -> Long.parseLong(text.substring(0, text.indexOf('@'))))
        .toList();
  }

  private static List<Long> longs(long from, long to) {
    return OffsetSet.range(from, to).stream().boxed().toList();
  }

  private long bytesOnDisk() {
    long bytes = 0;
    for (Path file : storage.list(folder)) {
      if (!file.endsWith("forced.mark") && !file.endsWith(".lock")) {
        try (StorageFile opened = storage.openReadOnly(file)) {
          bytes += opened.size();
        }
      }
    }
    return bytes;
  }

  @Test
  void recordsInTheMiddleOfBatchesGoAndTheRestKeepsOffsetsAndBytes() {
    try (BatchLog log = filled(storage, folder, 10)) {
      List<String> before = LogRecords.all(log);
      Deleted deleted = log.delete(OffsetSet.of(1, 3, 4, 5));
      assertThat(deleted.offsets()).isEqualTo(OffsetSet.of(1, 3, 4, 5));
      var expected = new ArrayList<>(before);
      expected.subList(3, 6).clear();
      expected.remove(1);
      assertThat(LogRecords.all(log)).isEqualTo(expected);
      assertThat(LogRecords.from(log, 3, 1)).isEqualTo(expected.subList(2, expected.size()));
    }
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      assertThat(log.recovery()).isEqualTo(new Recovery.Clean());
      assertThat(offsets(log)).hasSize(26).startsWith(0L, 2L, 6L);
    }
  }

  @Test
  void oneCallDeletesInOneSegmentTheFirstThatHasAnyOfTheRecords() {
    try (BatchLog log = filled(storage, folder, 20)) {
      Deleted first = log.delete(OffsetSet.range(0, 60));
      assertThat(first.offsets()).isEqualTo(OffsetSet.range(0, first.offsets().last() + 1));
      long next = first.offsets().last() + 1;
      assertThat(next).isBetween(3L, 59L);
      assertThat(log.range()).isEqualTo(new OffsetRange(next, 60));
      Deleted second = log.delete(OffsetSet.range(0, 60));
      assertThat(second.offsets().first()).as("what is gone is no step").isEqualTo(next);
      assertThat(offsets(log)).isEqualTo(longs(second.offsets().last() + 1, 60));
    }
  }

  @Test
  void offsetsThatAreNotThereAreIgnored() {
    try (BatchLog log = filled(storage, folder, 4)) {
      assertThat(log.delete(OffsetSet.EMPTY)).isEqualTo(Deleted.NOTHING);
      assertThat(log.delete(OffsetSet.range(12, 99))).isEqualTo(Deleted.NOTHING);
      assertThat(log.delete(OffsetSet.of(2, 50)).offsets()).isEqualTo(OffsetSet.of(2));
      assertThat(log.delete(OffsetSet.of(2))).isEqualTo(Deleted.NOTHING);
    }
    try (BatchLog empty = BatchLog.open(storage, Path.of("none"), SMALL)) {
      assertThat(empty.delete(OffsetSet.range(0, 9))).isEqualTo(Deleted.NOTHING);
      assertThat(empty.range()).isEqualTo(new OffsetRange(0, 0));
    }
  }

  @Test
  void theBytesThatAreReportedHaveLeftTheDisk() {
    try (BatchLog log = filled(storage, folder, 20)) {
      log.roll();
      long before = bytesOnDisk();
      long freed = 0;
      for (OffsetSet each :
          List.of(OffsetSet.of(4), OffsetSet.range(0, 30), OffsetSet.range(40, 60))) {
        OffsetSet left = each;
        while (!left.isEmpty()) {
          Deleted deleted = log.delete(left);
          if (deleted.offsets().isEmpty()) {
            break;
          }
          freed += deleted.bytesFreed();
          left = left.minus(deleted.offsets());
          assertThat(bytesOnDisk()).isEqualTo(before - freed);
        }
      }
      assertThat(freed).isGreaterThan(49 * 100);
    }
  }

  @Test
  void whenAllIsDeletedTheNextOffsetStaysAlsoAfterReopening() {
    try (BatchLog log = filled(storage, folder, 2)) {
      assertThat(log.delete(OffsetSet.range(0, 6)).offsets()).isEqualTo(OffsetSet.range(0, 6));
      assertThat(log.range()).isEqualTo(new OffsetRange(6, 6));
      assertThat(LogRecords.from(log, 6, 100)).isEmpty();
      assertThatThrownBy(() -> LogRecords.from(log, 5, 100))
          .isInstanceOf(OffsetOutOfRangeException.class);
    }
    for (int open = 0; open < 2; open++) {
      try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
        assertThat(log.range()).isEqualTo(new OffsetRange(6, 6));
        assertThat(log.append(batch(1, 1))).isEqualTo(6);
        log.delete(OffsetSet.of(6));
        assertThat(log.range()).isEqualTo(new OffsetRange(7, 7));
        log.append(batch(1, 1));
        log.delete(OffsetSet.of(7));
      }
      try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
        assertThat(log.range()).isEqualTo(new OffsetRange(8, 8));
      }
      storage.list(folder).forEach(storage::delete);
      filled(storage, folder, 2).close();
      try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
        log.delete(OffsetSet.range(0, 6));
      }
    }
  }

  @Test
  void wholeFirstSegmentsGoBelowAnOffset() {
    try (BatchLog log = filled(storage, folder, 30)) {
      long before = bytesOnDisk();
      assertThat(log.dropSegmentsBefore(1)).isZero();
      long freed = log.dropSegmentsBefore(40);
      assertThat(bytesOnDisk()).isEqualTo(before - freed);
      assertThat(log.range().from()).isBetween(25L, 40L);
      assertThat(offsets(log)).isEqualTo(longs(log.range().from(), 90));
      log.dropSegmentsBefore(1_000);
      assertThat(log.range().from()).as("the newest stays").isLessThan(90);
    }
  }

  @Test
  void aBatchWithoutRecordsStaysWhereItTellsAProducersLastSequence() {
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      log.append(batch(2, 10).producer(7, (short) 1, 0, false));
      log.append(batch(2, 10).producer(7, (short) 1, 2, false));
      log.append(batch(2, 10).producer(8, (short) 0, 5, true));
      log.append(BatchBuilder.endOfTransaction(ControlType.COMMIT, 1, 8, (short) 0, 0));
      log.append(batch(2, 10));
      assertThat(log.delete(OffsetSet.range(0, 9)).offsets())
          .as("markers stay")
          .isEqualTo(OffsetSet.range(0, 6).plus(OffsetSet.range(7, 9)));
      var left = new ArrayList<String>();
      log.forEachBatch(
          0,
          batch ->
              left.add(
                  "%d..%d of %d, %d records, sequence %d..%d"
                      .formatted(
                          batch.baseOffset(),
                          batch.lastOffset(),
                          batch.producerId(),
                          batch.count(),
                          batch.baseSequence(),
                          batch.lastSequence())));
      assertThat(left)
          .containsExactly(
              "2..3 of 7, 0 records, sequence 2..3",
              "4..5 of 8, 0 records, sequence 5..6",
              "6..6 of 8, 1 records, sequence -1..-1");
      assertThat(log.range().to()).isEqualTo(9);
    }
  }

  /** Every record of random logs after random deletions, as Kafka's classes see them. */
  @Test
  void kafkasRecordClassesReadWhatIsLeft() {
    long seed = Seeds.next();
    var random = new Random(seed);
    for (int round = 0; round < (Seeds.full() ? 500 : 30); round++) {
      Path path = Path.of("round", "orders-" + round);
      var expected = new TreeMap<Long, String>();
      Compression compression = List.of(Compression.values()).get(round % 5);
      LogOptions options = SMALL.toBuilder().compression(compression).build();
      try (BatchLog log = BatchLog.open(storage, path, options)) {
        for (int i = 0; i < 40; i++) {
          int count = 1 + random.nextInt(4);
          var batch = new BatchBuilder();
          for (int each = 0; each < count; each++) {
            batch.append(
                random.nextInt(1_000),
                random.nextBoolean() ? null : new byte[] {1, 2},
                random.nextBoolean() ? null : new byte[random.nextInt(100)],
                Headers.EMPTY);
          }
          if (random.nextInt(4) == 0) {
            batch.producer(random.nextInt(3), (short) 0, i, random.nextBoolean());
          }
          log.append(batch);
        }
        LogRecords.all(log).forEach(text -> expected.put((long) expected.size(), text));
        for (int i = 0; i < 6; i++) {
          OffsetSet.Builder unwanted = OffsetSet.builder();
          long from = random.nextInt(expected.size());
          for (long offset = from; offset < from + 30; offset++) {
            if (random.nextInt(3) > 0) {
              unwanted.add(offset);
            }
          }
          log.delete(unwanted.build()).offsets().stream().forEach(expected::remove);
        }
        assertThat(LogRecords.all(log))
            .as("seed %d, round %d", seed, round)
            .isEqualTo(List.copyOf(expected.values()));
      }
      var kafka = new ArrayList<String>();
      for (Path file : storage.list(path)) {
        if (Segment.baseOffset(file) >= 0) {
          kafka.addAll(readByKafka(bytes(storage, file)));
        }
      }
      assertThat(kafka)
          .as("seed %d, round %d", seed, round)
          .isEqualTo(List.copyOf(expected.values()));
    }
  }

  private static byte[] bytes(Storage storage, Path path) {
    try (StorageFile file = storage.openReadOnly(path)) {
      byte[] bytes = new byte[(int) file.size()];
      file.read(0, bytes, 0, bytes.length);
      return bytes;
    }
  }

  private static List<String> readByKafka(byte[] segment) {
    var records = new ArrayList<String>();
    long next = 0;
    MemoryRecords all = MemoryRecords.readableRecords(ByteBuffer.wrap(segment));
    assertThat(all.validBytes()).isEqualTo(segment.length);
    for (RecordBatch batch : all.batches()) {
      batch.ensureValid();
      assertThat(batch.baseOffset()).isGreaterThanOrEqualTo(next);
      next = batch.nextOffset();
      long latest = -1;
      for (Record record : batch) {
        latest = Math.max(latest, record.timestamp());
        assertThat(record.offset()).isBetween(batch.baseOffset(), batch.lastOffset());
        records.add(
            LogRecords.text(
                record.offset(), record.timestamp(), array(record.key()), array(record.value())));
      }
      if (latest >= 0) {
        assertThat(batch.maxTimestamp()).isEqualTo(latest);
      }
    }
    return records;
  }

  private static byte @Nullable [] array(@Nullable ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  @Test
  void searchesByTimeAndOffsetStillFindWhatIsLeft() {
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      for (int i = 0; i < 60; i++) {
        log.append(new BatchBuilder().append(i * 10L, null, new byte[50], Headers.EMPTY));
      }
      log.delete(OffsetSet.range(5, 9).plus(OffsetSet.of(3, 11)));
      for (long offset = 0; offset <= 12; offset++) {
        long expected =
            offset == 3 ? 4 : offset >= 5 && offset <= 8 ? 9 : offset == 11 ? 12 : offset;
        assertThat(log.offsetForTime(offset * 10)).as("offset %d", offset).isEqualTo(expected);
        assertThat(LogRecords.from(log, offset, 1).get(0)).startsWith(expected + "@");
      }
    }
  }

  @Test
  void aBatchThatIsDamagedStaysUnlessAllOfItIsToGo() {
    filled(storage, folder, 20).close();
    Path first = Segment.path(folder, 0);
    try (StorageFile file = storage.open(first)) {
      file.write(100, new byte[] {1, 2, 3}, 0, 3);
    }
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      assertThat(log.delete(OffsetSet.of(1))).isEqualTo(Deleted.NOTHING);
      assertThatThrownBy(() -> LogRecords.from(log, 1, 100))
          .isInstanceOf(CorruptLogException.class)
          .hasMessageContaining("checksum");
      assertThat(storage.list(folder)).noneMatch(file -> file.toString().endsWith(".cleaned"));
      assertThat(LogRecords.from(log, 3, 100)).hasSize(57);
      assertThat(log.delete(OffsetSet.of(4)).offsets()).isEqualTo(OffsetSet.of(4));
      assertThat(log.delete(OffsetSet.range(0, 3)).offsets())
          .as("as a whole it can go")
          .isEqualTo(OffsetSet.range(0, 3));
    }
  }

  @Test
  void whatACrashLeftBehindIsTidiedUpByTheNextWriter() {
    filled(storage, folder, 20).close();
    Path log0 = Segment.path(folder, 0);
    Path cleaned = log0.resolveSibling(log0.getFileName() + ".cleaned");
    Path orphan = folder.resolve("00000000000000000007.timeindex");
    storage.create(cleaned).close();
    storage.create(orphan).close();
    Path unfinished = folder.resolve("00000000000000000000.index.new");
    storage.create(unfinished).close();
    try (BatchLog view = BatchLog.open(storage, folder, SMALL.toBuilder().readOnly(true).build())) {
      assertThat(offsets(view)).hasSize(60);
    }
    assertThat(storage.exists(cleaned)).as("a reader changes nothing").isTrue();
    BatchLog.open(storage, folder, SMALL).close();
    assertThat(storage.exists(cleaned)).isFalse();
    assertThat(storage.exists(orphan)).isFalse();
    assertThat(storage.exists(unfinished)).isFalse();
    assertThat(storage.exists(folder.resolve("00000000000000000000.timeindex"))).isTrue();
  }

  /** Readers, a deleter and a writer at once, on a disk: KL-154 to KL-156. */
  @Test
  void readersSeeEveryRecordThatIsNotDeletedOnceAndInOrder() throws Exception {
    long seed = Seeds.next();
    var done = new AtomicBoolean();
    var problem = new AtomicReference<Throwable>();
    int records = Seeds.full() ? 60_000 : 2_000;
    try (BatchLog log = BatchLog.open(Storage.disk(), temp.resolve("orders-3"), SMALL)) {
      var threads = new ArrayList<Thread>();
      threads.add(
          new Thread(
              () -> {
                for (int i = 0; i < records; i++) {
                  log.append(new BatchBuilder().append(i, null, new byte[i % 50], Headers.EMPTY));
                }
              }));
      var deleting = new Random(seed);
      threads.add(
          new Thread(
              () -> {
                // Odd ones only, so that readers know which have to be there.
                while (!done.get()) {
                  long from = deleting.nextInt((int) Math.max(1, log.range().to()));
                  OffsetSet.Builder some = OffsetSet.builder();
                  for (long odd = from | 1; odd < from + 300; odd += 2) {
                    some.add(odd);
                  }
                  log.delete(some.build());
                }
              }));
      for (int i = 0; i < 3; i++) {
        var random = new Random(seed + i);
        threads.add(new Thread(() -> read(log, random, records, done)));
      }
      for (Thread thread : threads) {
        thread.setUncaughtExceptionHandler(
            (failed, e) -> {
              problem.compareAndSet(null, e);
              done.set(true);
            });
        thread.start();
      }
      threads.get(0).join();
      for (Thread thread : threads.subList(2, 5)) {
        thread.join();
      }
      done.set(true);
      threads.get(1).join();
      assertThat(problem.get()).as("seed %d", seed).isNull();
      List<Long> left = offsets(log);
      assertThat(left.stream().filter(offset -> offset % 2 == 0)).hasSize(records / 2);
    }
  }

  /** What is to be deleted reaches past the end, to which a publisher appends all the while. */
  @Test
  void recordsThatAreAppendedMeanwhileAreThereOrWereReportedAsDeleted() throws Exception {
    int records = 20_000;
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      var publisher =
          new Thread(
              () -> {
                for (int i = 0; i < records; i++) {
                  log.append(batch(1, i % 100));
                }
              });
      OffsetSet.Builder seen = OffsetSet.builder();
      publisher.start();
      while (publisher.isAlive()) {
        seen.add(log.delete(OffsetSet.range(log.nextOffset(), Long.MAX_VALUE)).offsets());
      }
      publisher.join();
      offsets(log).forEach(seen::add);
      assertThat(seen.build()).isEqualTo(OffsetSet.range(0, records));
    }
  }

  /** Reads the whole log again and again, and now and then by position and by time. */
  private static void read(BatchLog log, Random random, int records, AtomicBoolean done) {
    var buffer = new BatchBuffer();
    var reader = new io.headwater.log.record.RecordReader();
    for (int round = 0; round < 3 && !done.get(); round++) {
      long expected = 0;
      for (long next = 0; next < records && !done.get(); next = buffer.nextOffset()) {
        log.read(next, Long.MAX_VALUE, 1 + random.nextInt(3_000), buffer);
        reader.reset(buffer);
        while (reader.nextBatch()) {
          while (reader.nextRecord()) {
            long offset = reader.offset();
            boolean follows = offset == expected || (expected % 2 == 1 && offset == expected + 1);
            if (!follows || reader.timestampMs() != offset || reader.valueSize() != offset % 50) {
              throw new AssertionError("offset %d where %d was due".formatted(offset, expected));
            }
            expected = offset + 1;
          }
        }
        long even = random.nextInt((int) Math.max(1, expected)) & ~1;
        if (random.nextInt(20) == 0 && even < expected) {
          long found = log.offsetForTime(even);
          if (found != even) {
            throw new AssertionError("time %d is at %d".formatted(even, found));
          }
        }
      }
    }
  }
}
