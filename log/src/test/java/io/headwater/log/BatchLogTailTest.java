package io.headwater.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.record.BatchBuffer;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.record.RecordBatch;
import io.headwater.log.record.RecordReader;
import io.headwater.log.segment.Damage;
import io.headwater.log.segment.Segment;
import io.headwater.log.storage.CorruptLogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import io.headwater.log.testing.FaultyStorage;
import io.headwater.log.testing.LogRecords;
import io.headwater.log.testing.Seeds;
import io.headwater.serde.Headers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Files that end too early, in zeros, or hold other bytes than were written. */
class BatchLogTailTest {
  private static final Path FOLDER = Path.of("data", "orders-3");
  private static final LogOptions OPTIONS =
      LogOptions.builder().segmentBytes(6_000).indexIntervalBytes(500).lockFolder(false).build();

  private Storage storage = Storage.memory();
  private final List<String> records = new ArrayList<>();
  private Path newest = FOLDER;
  private byte[] newestBytes = {};

  /** Where each batch of the newest segment ends, and how many records the log has up to there. */
  private final List<long[]> ends = new ArrayList<>();

  /** A log of some segments that was not closed, whose newest is longer than 4,096 bytes. */
  @BeforeEach
  void writeALog() {
    storage = Storage.memory();
    BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS);
    var random = new Random(1);
    var builder = new BatchBuilder();
    long base = -1;
    while (base < 60 || builder.segmentPosition() < 5_000) {
      builder.reset();
      int count = 1 + random.nextInt(3);
      for (int i = 0; i < count; i++) {
        builder.append(records.size(), null, new byte[random.nextInt(300)], Headers.EMPTY);
      }
      log.append(builder);
      if (builder.segmentBase() != base) {
        base = builder.segmentBase();
        ends.clear();
      }
      long offset = records.size();
      for (int i = 0; i < count; i++) {
        records.add("");
      }
      ends.add(
          new long[] {builder.segmentPosition() + (long) builder.sizeInBytes(), offset + count});
    }
    records.clear();
    records.addAll(LogRecords.all(log));
    newest = Segment.path(FOLDER, base);
    newestBytes = Arrays.copyOf(content(storage, newest), (int) ends.get(ends.size() - 1)[0]);
    assertThat(newestBytes.length).isGreaterThan(4_096);
    assertThat(log.range().size()).isEqualTo(records.size());
  }

  private static byte[] content(Storage storage, Path path) {
    try (StorageFile file = storage.openReadOnly(path)) {
      byte[] bytes = new byte[(int) file.size()];
      file.read(0, bytes, 0, bytes.length);
      return bytes;
    }
  }

  /** How many bytes there are but for zeros at the end, which may be reserved space. */
  private static long written(byte[] bytes) {
    int length = bytes.length;
    while (length > 0 && bytes[length - 1] == 0) {
      length--;
    }
    return length;
  }

  private static void replace(Storage storage, Path path, byte[] bytes) {
    try (StorageFile file = storage.create(path)) {
      file.write(0, bytes, 0, bytes.length);
      file.force();
    }
  }

  /** The folder as it was left, with other bytes in the newest segment. */
  private Storage copyWith(byte[] bytes) {
    Storage copy = Storage.memory();
    copyWith(bytes, copy);
    return copy;
  }

  private void copyWith(byte[] bytes, Storage copy) {
    copy.createDirectories(FOLDER);
    for (Path file : storage.list(FOLDER)) {
      replace(copy, file, file.equals(newest) ? bytes : content(storage, file));
    }
    copy.forceDirectory(FOLDER);
  }

  /** How many records and bytes there are before the first batch that ends past a position. */
  private long[] wholeBefore(long position) {
    long[] found = {0, Long.parseLong(newest.getFileName().toString().substring(0, 20))};
    for (long[] end : ends) {
      if (end[0] <= position) {
        found = end;
      }
    }
    return found;
  }

  private void openAndExpect(String where, byte[] bytes, long[] whole) {
    Storage copy = copyWith(bytes);
    try (BatchLog log = BatchLog.open(copy, FOLDER, OPTIONS)) {
      if (written(bytes) <= whole[0]) {
        assertThat(log.recovery()).as(where).isEqualTo(new Recovery.Clean());
      } else {
        assertThat(log.recovery()).as(where).isInstanceOf(Recovery.TailCut.class);
        var cut = (Recovery.TailCut) log.recovery();
        assertThat(cut.bytesDropped()).as(where).isEqualTo(written(bytes) - whole[0]);
        assertThat(cut.position()).as(where).isEqualTo(whole[0]);
        assertThat(cut.file()).as(where).isEqualTo(newest);
      }
      assertThat(LogRecords.all(log)).as(where).isEqualTo(records.subList(0, (int) whole[1]));
      assertThat(log.append(new BatchBuilder().append(1, null, null, Headers.EMPTY)))
          .as(where)
          .isEqualTo(whole[1]);
    }
    try (BatchLog log = BatchLog.open(copy, FOLDER, OPTIONS)) {
      assertThat(log.recovery()).as(where).isEqualTo(new Recovery.Clean());
      assertThat(log.range().to()).as(where).isEqualTo(whole[1] + 1);
    }
  }

  @Test
  void aFileCutAtAnyOfItsLastBytesLosesOnlyTheBatchesThatAreNotWhole() {
    for (int cut = 0; cut <= 4_096; cut++) {
      int length = newestBytes.length - cut;
      openAndExpect("cut " + cut, Arrays.copyOf(newestBytes, length), wholeBefore(length));
    }
  }

  @Test
  void aFileWhoseTailIsZeroLosesOnlyTheBatchesThatAreNotWhole() {
    for (int zeros = 1; zeros <= 4_096; zeros += Seeds.full() ? 1 : 7) {
      byte[] bytes = newestBytes.clone();
      Arrays.fill(bytes, bytes.length - zeros, bytes.length, (byte) 0);
      int firstChanged = 0;
      while (firstChanged < bytes.length && bytes[firstChanged] == newestBytes[firstChanged]) {
        firstChanged++;
      }
      openAndExpect("zeros " + zeros, bytes, wholeBefore(firstChanged));
    }
  }

  @Test
  void zerosAfterTheLastBatchAreReservedSpaceAndNoLoss() {
    for (int zeros : new int[] {1, 100, 10_000, 1_000_000}) {
      byte[] bytes = Arrays.copyOf(newestBytes, newestBytes.length + zeros);
      Storage copy = copyWith(bytes);
      try (BatchLog log = BatchLog.open(copy, FOLDER, OPTIONS.toBuilder().readOnly(true).build())) {
        assertThat(log.recovery()).isEqualTo(new Recovery.Clean());
        assertThat(LogRecords.all(log)).isEqualTo(records);
      }
      assertThat(content(copy, newest)).as("opened for reading only").isEqualTo(bytes);
      openAndExpect("%d reserved".formatted(zeros), bytes, wholeBefore(newestBytes.length));
      BatchLog.open(copy, FOLDER, OPTIONS).close();
      assertThat(content(copy, newest)).as("closed").isEqualTo(newestBytes);
    }
  }

  @Test
  void aTornBatchInReservedSpaceIsCutAndSaysHowMuchOfItThereWas() {
    long seed = Seeds.next();
    var random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      byte[] bytes = Arrays.copyOf(newestBytes, newestBytes.length + random.nextInt(20_000));
      int from = newestBytes.length - 1 - random.nextInt(1_000);
      // A page that was not written, and what comes after it.
      int to = random.nextBoolean() ? bytes.length : Math.min(from + 600, bytes.length);
      Arrays.fill(bytes, from, to, (byte) 0);
      int firstChanged = 0;
      while (firstChanged < newestBytes.length
          && bytes[firstChanged] == newestBytes[firstChanged]) {
        firstChanged++;
      }
      openAndExpect(
          "seed %d, zeros from %d to %d".formatted(seed, from, to),
          bytes,
          wholeBefore(firstChanged));
    }
  }

  @Test
  void aRolledOrClosedFileHasNothingAfterItsLastBatch() {
    try (BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS)) {
      log.roll();
      log.append(new BatchBuilder().append(1, null, new byte[10], Headers.EMPTY));
      Path active = Segment.path(FOLDER, records.size());
      assertThat(content(storage, active)).as("reserved").hasSize(6_000);
      log.roll();
      assertThat(endOfBatches(content(storage, active)))
          .as("rolled")
          .isEqualTo(content(storage, active).length);
      log.append(new BatchBuilder().append(1, null, new byte[10], Headers.EMPTY));
    }
    for (Path file : storage.list(FOLDER)) {
      if (Segment.baseOffset(file) >= 0) {
        byte[] bytes = content(storage, file);
        assertThat(endOfBatches(bytes)).as("%s", file).isEqualTo(bytes.length);
      }
    }
  }

  private static int endOfBatches(byte[] bytes) {
    var batch = new RecordBatch();
    int end = 0;
    while (end < bytes.length) {
      batch.at(bytes, end);
      if (!batch.headerFault().isEmpty()) {
        break;
      }
      end += batch.sizeInBytes();
    }
    return end;
  }

  @Test
  void anyOtherByteEndsTheLogBeforeItsBatchIfNothingWasForced() {
    long seed = Seeds.next();
    var random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      int position = random.nextInt(newestBytes.length);
      long[] whole = wholeBefore(position);
      long within = (long) position - whole[0];
      if (within < 8 || (within >= 12 && within < 16)) {
        continue; // the base offset and the leader epoch are not under the checksum
      }
      byte[] bytes = newestBytes.clone();
      bytes[position] ^= (byte) (1 + random.nextInt(255));
      openAndExpect("seed %d, byte %d".formatted(seed, position), bytes, whole);
    }
  }

  /** A batch behind a torn one may be whole, and would follow another in the torn one's place. */
  @Test
  void whatWasCutOffDoesNotComeBack() {
    int torn = ends.size() - 3;
    byte[] bytes = newestBytes.clone();
    bytes[(int) ends.get(torn)[0] + 100] ^= 1;
    long next = ends.get(torn)[1];
    BatchBuilder batch =
        batchOf(
            (int) (ends.get(torn + 1)[1] - next),
            (int) (ends.get(torn + 1)[0] - ends.get(torn)[0]));
    for (int seed = 0; seed < 60; seed++) {
      var disk = new FaultyStorage(seed);
      copyWith(bytes, disk);
      BatchLog log = BatchLog.open(disk, FOLDER, OPTIONS);
      assertThat(log.range().to()).isEqualTo(next);
      log.append(batch);
      List<String> all = LogRecords.all(log);
      FaultyStorage after = seed % 2 == 0 ? disk.afterKill() : disk.afterRestart();
      try (BatchLog again = BatchLog.open(after, FOLDER, OPTIONS)) {
        List<String> found = LogRecords.all(again);
        assertThat(found).as("seed %d", seed).hasSizeBetween((int) next, all.size());
        assertThat(found).as("seed %d", seed).isEqualTo(all.subList(0, found.size()));
      }
    }
  }

  /** A batch of so many records that takes so many bytes. */
  private static BatchBuilder batchOf(int count, int size) {
    var batch = new BatchBuilder();
    int value = size;
    do {
      value--;
      batch.reset();
      for (int i = 1; i < count; i++) {
        batch.append(1, null, null, Headers.EMPTY);
      }
      batch.append(1, null, new byte[value], Headers.EMPTY);
    } while (batch.sizeInBytes() > size);
    assertThat(batch.sizeInBytes()).isEqualTo(size);
    return batch;
  }

  private void forceAll() {
    BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS);
    log.sync();
    log.saveForcedMark();
    // More that is not forced, so that the next opening checks.
    var more = new BatchBuilder().append(1, null, null, Headers.EMPTY);
    log.append(more);
    if (newest.equals(Segment.path(FOLDER, more.segmentBase()))) {
      newestBytes =
          Arrays.copyOf(content(storage, newest), more.segmentPosition() + more.sizeInBytes());
    }
    records.clear();
    records.addAll(LogRecords.all(log));
  }

  @Test
  void forcedBytesThatAreMissingAreDamageAndNothingIsCut() {
    forceAll();
    long forcedEnd = ends.get(ends.size() - 1)[0];
    long forcedRecords = records.size() - 1L;
    for (int length = (int) forcedEnd - 1; length > forcedEnd - 1_000; length -= 7) {
      byte[] bytes = Arrays.copyOf(newestBytes, length);
      Storage copy = copyWith(bytes);
      long[] whole = wholeBefore(length);
      for (boolean readOnly : new boolean[] {false, true}) {
        try (BatchLog log =
            BatchLog.open(copy, FOLDER, OPTIONS.toBuilder().readOnly(readOnly).build())) {
          assertThat(log.recovery()).isInstanceOf(Recovery.Damaged.class);
          Damage damage = ((Recovery.Damaged) log.recovery()).parts().get(0);
          assertThat(damage.file()).isEqualTo(newest);
          assertThat(damage.from()).isEqualTo(whole[0]);
          assertThat(damage.to()).isEqualTo(forcedEnd);
          assertThat(damage.offsets()).isEqualTo(new OffsetRange(whole[1], forcedRecords));
          assertThat(readUntilDamage(log)).isEqualTo(records.subList(0, (int) whole[1]));
          if (!readOnly) {
            assertThatThrownBy(
                    () -> log.append(new BatchBuilder().append(1, null, null, Headers.EMPTY)))
                .isInstanceOf(CorruptLogException.class)
                .hasMessageContaining("orders-3/" + newest.getFileName())
                .hasMessageContaining(damage.offsets().toString())
                .hasMessageContaining("restore the folder");
          }
        }
        assertThat(content(copy, newest)).isEqualTo(bytes);
      }
    }
  }

  @Test
  void zerosWhereBytesHadBeenForcedAreDamage() {
    forceAll();
    int forcedEnd = (int) ends.get(ends.size() - 1)[0];
    long forcedRecords = records.size() - 1L;
    int damaged = 0;
    for (int from = forcedEnd - 70; from > forcedEnd - 1_000; from -= 7) {
      byte[] bytes = Arrays.copyOf(newestBytes, newestBytes.length + 500);
      Arrays.fill(bytes, from, bytes.length, (byte) 0);
      int firstChanged = 0;
      while (firstChanged < forcedEnd && bytes[firstChanged] == newestBytes[firstChanged]) {
        firstChanged++;
      }
      if (firstChanged == forcedEnd) {
        continue; // they were zero
      }
      damaged++;
      long[] whole = wholeBefore(firstChanged);
      try (BatchLog log = BatchLog.open(copyWith(bytes), FOLDER, OPTIONS)) {
        var found = new ArrayList<String>();
        assertThat(readAroundDamage(log, found))
            .as("from %d", from)
            .isEqualTo(records.subList(0, (int) whole[1]));
        assertThat(found).as("from %d", from).hasSize(1);
        assertThat(found.get(0))
            .as("from %d", from)
            .contains(
                "at byte %d: offsets %s are damaged"
                    .formatted(whole[0], new OffsetRange(whole[1], forcedRecords)));
        assertThat(log.range().to()).as("from %d", from).isEqualTo(forcedRecords);
      }
    }
    assertThat(damaged).isGreaterThan(100);
  }

  private static List<String> readUntilDamage(BatchLog log) {
    var found = new ArrayList<String>();
    var buffer = new BatchBuffer();
    var reader = new RecordReader();
    for (long next = log.range().from(); next < log.range().to(); next = buffer.nextOffset()) {
      try {
        log.read(next, Long.MAX_VALUE, 500, buffer);
      } catch (CorruptLogException e) {
        return found;
      }
      reader.reset(buffer);
      while (reader.nextBatch()) {
        while (reader.nextRecord()) {
          found.add(LogRecords.text(reader));
        }
      }
    }
    return found;
  }

  @Test
  void aForcedBatchThatWasChangedIsReportedAndTheRestCanBeRead() {
    forceAll();
    long seed = Seeds.next();
    var random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      int which = random.nextInt(ends.size());
      int start = which == 0 ? 0 : (int) ends.get(which - 1)[0];
      int end = (int) ends.get(which)[0];
      byte[] bytes = newestBytes.clone();
      // Any of its bytes, its length included, or all of them.
      int position = start + 16 + random.nextInt(end - start - 16);
      if (round % 3 == 0) {
        position = start + 8 + random.nextInt(4);
      }
      bytes[position] ^= (byte) (1 + random.nextInt(255));
      if (round % 5 == 0) {
        Arrays.fill(bytes, start, end, (byte) random.nextInt());
      }
      String where = "seed %d, round %d, batch at %d".formatted(seed, round, start);
      var view = new RecordBatch().at(newestBytes, start);
      var lost = new OffsetRange(view.baseOffset(), view.nextOffset());
      Storage copy = copyWith(bytes);
      try (BatchLog log = BatchLog.open(copy, FOLDER, OPTIONS)) {
        assertThat(log.recovery()).as(where).isEqualTo(new Recovery.Clean());
        var expected = new ArrayList<>(records);
        expected.subList((int) lost.from(), (int) lost.to()).clear();
        for (int again = 0; again < 2; again++) {
          var damaged = new ArrayList<String>();
          assertThat(readAroundDamage(log, damaged)).as(where).isEqualTo(expected);
          assertThat(damaged).as(where).hasSize(1);
          assertThat(damaged.get(0))
              .as(where)
              .contains(
                  "%s at byte %d: ".formatted(newest.getFileName(), start),
                  "offsets %s are damaged".formatted(lost),
                  "read on from offset " + lost.to());
        }
        var shown = new ArrayList<Long>();
        log.forEachBatch(lost.from(), header -> shown.add(header.baseOffset()));
        assertThat(shown).as(where).startsWith(lost.to());
        assertThat(log.range().to()).as(where).isEqualTo(records.size());
      }
      assertThat(content(copy, newest)).as(where).isEqualTo(bytes);
    }
  }

  /** All records that can be read, and what was said about the others. */
  private static List<String> readAroundDamage(BatchLog log, List<String> damaged) {
    var found = new ArrayList<String>();
    var buffer = new BatchBuffer();
    var reader = new RecordReader();
    long next = log.range().from();
    while (next < log.range().to()) {
      try {
        log.read(next, Long.MAX_VALUE, 700, buffer);
      } catch (CorruptLogException e) {
        String message = String.valueOf(e.getMessage());
        damaged.add(message);
        next = Long.parseLong(message.substring(message.lastIndexOf(' ') + 1));
        continue;
      }
      reader.reset(buffer);
      while (reader.nextBatch()) {
        while (reader.nextRecord()) {
          found.add(LogRecords.text(reader));
        }
      }
      next = buffer.nextOffset();
    }
    return found;
  }

  @Test
  void aMissingOrBadIndexIsMadeAgain() {
    BatchLog.open(storage, FOLDER, OPTIONS).close();
    long seed = Seeds.next();
    var random = new Random(seed);
    var indexes =
        storage.list(FOLDER).stream().filter(file -> file.toString().endsWith("index")).toList();
    assertThat(indexes).hasSizeGreaterThan(4);
    for (int round = 0; round < 300; round++) {
      Storage copy = copyWith(newestBytes);
      for (Path index : indexes) {
        byte[] bytes = content(copy, index);
        switch (random.nextInt(4)) {
          case 0 -> copy.delete(index);
          case 1 -> replace(copy, index, Arrays.copyOf(bytes, random.nextInt(bytes.length + 40)));
          case 2 -> replace(copy, index, new byte[0]);
          default -> {}
        }
        if (index.toString().endsWith(".index") && random.nextInt(3) == 0 && copy.exists(index)) {
          byte[] other = content(copy, index);
          if (other.length > 0) {
            other[random.nextInt(other.length)] ^= (byte) (1 + random.nextInt(255));
            replace(copy, index, other);
          }
        }
      }
      String where = "seed %d, round %d".formatted(seed, round);
      try (BatchLog log = BatchLog.open(copy, FOLDER, OPTIONS)) {
        assertThat(log.recovery()).as(where).isEqualTo(new Recovery.Clean());
        int from = random.nextInt(records.size());
        assertThat(LogRecords.from(log, from, 300))
            .as(where)
            .isEqualTo(records.subList(from, records.size()));
      }
    }
  }
}
