package io.headwater.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.record.ControlType;
import io.headwater.log.record.TimestampType;
import io.headwater.log.segment.Segment;
import io.headwater.log.storage.CorruptLogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import io.headwater.log.testing.LogRecords;
import io.headwater.log.testing.Seeds;
import io.headwater.serde.Header;
import io.headwater.serde.Headers;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogCursorTest {
  private static final LogOptions SMALL =
      LogOptions.builder().segmentBytes(4_000).indexIntervalBytes(200).lockFolder(false).build();

  @TempDir Path temp;
  private final Storage storage = Storage.memory();
  private final Path folder = Path.of("data", "orders-3");

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static BatchBuilder batch(String... values) {
    var batch = new BatchBuilder();
    for (String value : values) {
      batch.append(1_000, bytes("key"), bytes(value), Headers.EMPTY);
    }
    return batch;
  }

  private static List<String> rest(LogCursor cursor) {
    var found = new ArrayList<String>();
    while (cursor.next()) {
      found.add(text(cursor));
    }
    return found;
  }

  private static String text(LogCursor cursor) {
    return LogRecords.text(cursor.offset(), cursor.timestampMs(), cursor.key(), cursor.value());
  }

  @Test
  void keysAndValuesCanBeSeenWhereTheyAre() {
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      Headers headers = Headers.of(List.of(new Header("h", bytes("1"))));
      log.append(
          new BatchBuilder()
              .append(7, bytes("key"), bytes("value"), headers)
              .append(8, null, new byte[0], Headers.EMPTY)
              .append(-1, new byte[0], null, Headers.EMPTY));
      LogCursor cursor = log.cursor(0);
      assertThatThrownBy(cursor::offset).isInstanceOf(IllegalStateException.class);
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.nextOffset()).isEqualTo(1);
      assertThat(cursor.timestampMs()).isEqualTo(7);
      assertThat(cursor.headers()).isEqualTo(headers);
      int key = cursor.keyPosition();
      int value = cursor.valuePosition();
      assertThat(Arrays.copyOfRange(cursor.array(), key, key + cursor.keySize()))
          .isEqualTo(bytes("key"));
      assertThat(Arrays.copyOfRange(cursor.array(), value, value + cursor.valueSize()))
          .isEqualTo(bytes("value"));
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.keySize()).isEqualTo(-1);
      assertThat(cursor.key()).isNull();
      assertThat(cursor.valueSize()).isZero();
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.key()).isEmpty();
      assertThat(cursor.value()).isNull();
      assertThat(cursor.timestampMs()).isEqualTo(-1);
      assertThat(cursor.next()).isFalse();
      assertThat(cursor.nextOffset()).isEqualTo(3);
    }
  }

  /** Batches of all sizes, some empty, some with gaps, as compaction leaves them. */
  @Test
  void everyRecordIsFoundWhateverIsMissingAroundIt() {
    long seed = Seeds.next();
    var random = new Random(seed);
    for (int round = 0; round < 30; round++) {
      Path place = folder.resolveSibling("gaps-" + round);
      var there = new TreeMap<Long, String>();
      try (BatchLog log = BatchLog.open(storage, place, SMALL)) {
        for (int i = 0; i < 60; i++) {
          var batch = new BatchBuilder();
          // Of every other batch in some rounds a single record is read without the rest.
          int records = round % 3 == 0 && i % 2 == 0 ? 300 : 8;
          for (int j = random.nextInt(records); j >= 0; j--) {
            byte[] value = new byte[random.nextInt(200)];
            batch.append(random.nextInt(1_000), null, value, Headers.EMPTY);
          }
          log.append(batch);
        }
        long end = log.range().to();
        var gone = OffsetSet.builder();
        for (long offset = 0; offset < end; offset++) {
          if (random.nextInt(10) < round % 10) {
            gone.add(offset);
          }
        }
        OffsetSet left = gone.build();
        for (Deleted deleted = log.delete(left); deleted.offsets().count() > 0; ) {
          deleted = log.delete(left);
        }
        for (String record : LogRecords.all(log)) {
          there.put(Long.parseLong(record.substring(0, record.indexOf('@'))), record);
        }
      }
      try (BatchLog log = BatchLog.open(storage, place, SMALL)) {
        String where = "seed %d, round %d".formatted(seed, round);
        LogCursor cursor = log.cursor(log.range().from());
        assertThat(rest(cursor)).as(where).isEqualTo(List.copyOf(there.values()));
        assertThat(cursor.nextOffset()).as(where).isEqualTo(log.range().to());
        for (int i = 0; i < 600; i++) {
          long offset = log.range().from() + random.nextInt((int) log.range().size() + 1);
          Long expected = there.ceilingKey(offset);
          assertThat(cursor.find(offset)).as(where).isEqualTo(expected != null);
          if (expected != null) {
            assertThat(text(cursor)).as(where).isEqualTo(there.get(expected));
            Long next = there.higherKey(expected);
            assertThat(cursor.next()).as(where).isEqualTo(next != null);
            if (next != null) {
              assertThat(text(cursor)).as(where).isEqualTo(there.get(next));
            }
          }
        }
      }
    }
  }

  @Test
  void whatIsNoUsersRecordIsLeftOut() {
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      for (int i = 0; i < 50; i++) {
        log.append(batch("x".repeat(200)).producer(7, (short) 1, i, true));
        log.append(BatchBuilder.endOfTransaction(ControlType.COMMIT, 5, 7, (short) 1, 0));
      }
      LogCursor cursor = log.cursor(1);
      assertThat(rest(cursor)).hasSize(49);
      assertThat(cursor.nextOffset()).isEqualTo(100);
    }
  }

  @Test
  void anOffsetThatIsNotThereIsRefused() {
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      log.append(batch("a"));
      LogCursor cursor = log.cursor(1);
      for (long offset : new long[] {-1, 2}) {
        assertThatThrownBy(() -> log.cursor(offset)).isInstanceOf(OffsetOutOfRangeException.class);
        assertThatThrownBy(() -> cursor.find(offset)).isInstanceOf(OffsetOutOfRangeException.class);
      }
      assertThat(cursor.next()).isFalse();
    }
  }

  @Test
  void atTheEndItGoesOnWhenThereIsMore() {
    try (BatchLog log = BatchLog.open(storage, folder, SMALL);
        BatchLog view = BatchLog.open(storage, folder, SMALL.toBuilder().readOnly(true).build())) {
      LogCursor cursor = log.cursor(0);
      LogCursor beside = view.cursor(0);
      for (int i = 0; i < 100; i++) {
        assertThat(cursor.next()).isFalse();
        log.append(batch("x".repeat(i * 3), "second"));
        if (i % 7 == 0) {
          log.roll();
        }
        assertThat(rest(cursor)).hasSize(2);
        assertThat(beside.next()).isFalse();
        assertThat(view.refresh()).isTrue();
        assertThat(rest(beside)).hasSize(2);
        assertThat(beside.nextOffset()).isEqualTo(2 * i + 2);
      }
    }
  }

  @Test
  void itGoesOnWhileWhatIsAroundItIsDeleted() {
    try (BatchLog log = BatchLog.open(Storage.disk(), temp.resolve("orders-3"), SMALL)) {
      for (int i = 0; i < 400; i++) {
        log.append(batch("value " + i, "x".repeat(50)));
      }
      LogCursor cursor = log.cursor(0);
      for (long offset = 0; offset < 10; offset++) {
        assertThat(cursor.next()).isTrue();
      }
      // What it has read already of a segment may still be shown.
      log.delete(OffsetSet.range(0, 20));
      assertThat(cursor.next()).isTrue();
      while (cursor.offset() < 100) {
        assertThat(cursor.next()).isTrue();
      }
      log.dropSegmentsBefore(600);
      long from = log.range().from();
      assertThat(from).isGreaterThan(500);
      assertThat(cursor.find(from)).isTrue();
      assertThat(rest(cursor)).hasSize((int) (800 - from - 1));
    }
  }

  @Test
  void damageIsToldOnceWithItsRangeAndAllElseIsRead() {
    long seed = Seeds.next();
    var random = new Random(seed);
    var ends = new ArrayList<long[]>();
    List<String> records;
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      for (int i = 0; i < 100; i++) {
        var builder = new BatchBuilder();
        for (int j = random.nextInt(3); j >= 0; j--) {
          builder.append(1, null, bytes("v".repeat(random.nextInt(300))), Headers.EMPTY);
        }
        long base = log.append(builder);
        ends.add(
            new long[] {
              builder.segmentBase(),
              builder.segmentPosition(),
              builder.sizeInBytes(),
              base,
              base + builder.count()
            });
      }
      records = LogRecords.all(log);
    }
    int rounds = Seeds.full() ? 20_000 : 1_500;
    for (int round = 0; round < rounds; round++) {
      long[] damaged = ends.get(random.nextInt(ends.size()));
      int within = random.nextInt((int) damaged[2]);
      if (within >= 12 && within < 16) {
        continue; // the leader epoch, which means nothing here and is under no checksum
      }
      String where =
          "seed %d, round %d, batch %s, byte %d"
              .formatted(seed, round, Arrays.toString(damaged), within);
      Path path = Segment.path(folder, damaged[0]);
      int flip = 1 << random.nextInt(8);
      flip(path, damaged[1] + within, flip);
      try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
        LogCursor cursor = log.cursor(0);
        var found = new ArrayList<String>();
        var errors = new ArrayList<String>();
        for (boolean more = true; more; ) {
          try {
            more = cursor.next();
            if (more) {
              found.add(text(cursor));
            }
          } catch (CorruptLogException e) {
            errors.add(String.valueOf(e.getMessage()));
          }
        }
        var expected = new ArrayList<>(records);
        expected.subList((int) damaged[3], (int) damaged[4]).clear();
        assertThat(found).as(where).isEqualTo(expected);
        assertThat(errors).as(where).hasSize(1);
        assertThat(errors.get(0))
            .as(where)
            .contains("byte %d: offsets [%d, %d)".formatted(damaged[1], damaged[3], damaged[4]));
        for (int i = 0; i < 10; i++) {
          long offset = random.nextInt(records.size());
          if (offset >= damaged[3] && offset < damaged[4]) {
            assertThatThrownBy(() -> cursor.find(offset))
                .as(where)
                .isInstanceOf(CorruptLogException.class);
          } else {
            assertThat(cursor.find(offset)).as(where).isTrue();
            assertThat(text(cursor)).as(where).isEqualTo(records.get((int) offset));
          }
        }
      }
      // One record at once, by one who has read nothing before.
      try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
        long offset = damaged[3] + random.nextInt((int) (damaged[4] - damaged[3]));
        assertThatThrownBy(() -> log.cursor(0).find(offset))
            .as(where)
            .isInstanceOf(CorruptLogException.class);
        long other = Math.max(0, Math.min(records.size() - 1, damaged[3] - 5 + random.nextInt(13)));
        if (other < damaged[3] || other >= damaged[4]) {
          LogCursor cursor = log.cursor(0);
          assertThat(cursor.find(other)).as(where).isTrue();
          assertThat(text(cursor)).as(where).isEqualTo(records.get((int) other));
        }
      }
      flip(path, damaged[1] + within, flip);
    }
  }

  private void flip(Path path, long position, int bits) {
    try (StorageFile file = storage.open(path)) {
      byte[] one = new byte[1];
      file.read(position, one, 0, 1);
      one[0] ^= (byte) bits;
      file.write(position, one, 0, 1);
    }
  }

  @Test
  void muchDamageIsLeftBehindInOneLook() {
    LogOptions options = LogOptions.builder().segmentBytes(32 << 20).lockFolder(false).build();
    try (BatchLog log = BatchLog.open(storage, folder, options)) {
      for (int i = 0; i < 30; i++) {
        log.append(batch("x".repeat(1_000_000)));
      }
    }
    var random = new Random(1);
    byte[] garbage = new byte[28_000_000];
    for (int kind = 0; kind < 3; kind++) {
      if (kind == 1) {
        Arrays.fill(garbage, (byte) 2);
      } else if (kind == 2) {
        random.nextBytes(garbage);
      }
      try (StorageFile file = storage.open(Segment.path(folder, 0))) {
        file.write(50, garbage, 0, garbage.length);
      }
      try (BatchLog log = BatchLog.open(storage, folder, options)) {
        LogCursor cursor = log.cursor(0);
        assertThatThrownBy(cursor::next)
            .isInstanceOf(CorruptLogException.class)
            .hasMessageContaining("offsets [0, 28) are damaged")
            .hasMessageContaining("read on from offset 28");
        assertThat(rest(cursor)).hasSize(2);
      }
    }
  }

  @Test
  void aBatchInsideARecordIsNotTakenForOneOfTheLog() {
    BatchBuilder inner = batch("not of this log");
    inner.finish(1, TimestampType.CREATE_TIME, 0);
    byte[] value = Arrays.copyOf(inner.array(), inner.sizeInBytes());
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      log.append(
          new BatchBuilder()
              .append(1, null, value, Headers.EMPTY)
              .append(1, null, value, Headers.EMPTY));
      log.append(batch("c"));
    }
    flip(Segment.path(folder, 0), 40, 1);
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      LogCursor cursor = log.cursor(0);
      assertThatThrownBy(cursor::next)
          .isInstanceOf(CorruptLogException.class)
          .hasMessageContaining("offsets [0, 2) are damaged");
      assertThat(rest(cursor)).containsExactly("2@1000 'key'='c'");
    }
  }

  @Test
  void goingOnAllocatesNothingForARecord() {
    LogOptions options = LogOptions.builder().segmentBytes(300_000).build();
    long batches = 200;
    int count = 100;
    try (BatchLog log = BatchLog.open(Storage.disk(), temp.resolve("orders-3"), options)) {
      for (int i = 0; i < batches; i++) {
        var batch = new BatchBuilder();
        for (int j = 0; j < count; j++) {
          batch.append(1_000, bytes("key " + j), new byte[100], Headers.EMPTY);
        }
        log.append(batch);
      }
      LogCursor cursor = log.cursor(0);
      long sum = sum(cursor);
      cursor.seek(0);
      var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long thread = Thread.currentThread().getId();
      long before = threads.getThreadAllocatedBytes(thread);
      assertThat(sum(cursor) == sum).isTrue();
      long allocated = threads.getThreadAllocatedBytes(thread) - before;
      // A few hundred bytes at most, of the boolean's assertion and the measuring itself.
      assertThat(allocated).as("bytes for %d records", batches * count).isLessThan(2_000);

      for (long offset = 0; offset < batches * count; offset += count) {
        cursor.find(offset); // the first time it is noted where the records of a batch are
      }
      before = threads.getThreadAllocatedBytes(thread);
      for (int i = 0; i < 10_000; i++) {
        cursor.find(i * 7L % (1L * batches * count));
      }
      allocated = threads.getThreadAllocatedBytes(thread) - before;
      assertThat(allocated).as("bytes for 10,000 records at random").isLessThan(20_000);
    }
  }

  private static long sum(LogCursor cursor) {
    long sum = 0;
    while (cursor.next()) {
      sum = sum * 31 + cursor.offset() + cursor.array()[cursor.keyPosition()] + cursor.valueSize();
    }
    return sum;
  }
}
