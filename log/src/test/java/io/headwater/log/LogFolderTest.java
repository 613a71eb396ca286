package io.headwater.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.record.BatchBuffer;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.record.RecordReader;
import io.headwater.log.segment.Segment;
import io.headwater.log.storage.CorruptLogException;
import io.headwater.log.storage.FolderInUseException;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import io.headwater.log.testing.LogRecords;
import io.headwater.log.testing.WatchedStorage;
import io.headwater.serde.Headers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Check, recover, stat, dump and reindex of folders. KL-026, KL-027, KL-100, KL-110 to KL-116. */
class LogFolderTest {
  private static final LogOptions SMALL =
      LogOptions.builder().segmentBytes(2_000).indexIntervalBytes(200).build();

  private final Storage storage = Storage.memory();
  private final Path folder = Path.of("data", "orders-3");
  private final LogFolder tools = LogFolder.of(storage, folder, SMALL);

  private List<String> fill(int batches) {
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      append(log, batches);
      return LogRecords.all(log);
    }
  }

  private static void append(BatchLog log, int batches) {
    for (int i = 0; i < batches; i++) {
      var batch = new BatchBuilder();
      for (int each = 0; each < 3; each++) {
        batch.append(1_000 + i, null, new byte[100], Headers.EMPTY);
      }
      log.append(batch);
    }
  }

  private List<Path> files(String suffix) {
    return storage.list(folder).stream().filter(file -> file.toString().endsWith(suffix)).toList();
  }

  private Path newest() {
    List<Path> logs = files(".log");
    return logs.get(logs.size() - 1);
  }

  private Map<String, String> stamps() {
    var stamps = new TreeMap<String, String>();
    for (Path file : storage.list(folder)) {
      if (!file.endsWith(".lock")) {
        stamps.put(file.toString(), storage.stamp(file));
      }
    }
    return stamps;
  }

  private void flip(Path path, long position) {
    try (StorageFile file = storage.open(path)) {
      byte[] one = new byte[1];
      file.read(position, one, 0, 1);
      one[0] ^= 1;
      file.write(position, one, 0, 1);
    }
  }

  private long size(Path path) {
    try (StorageFile file = storage.openReadOnly(path)) {
      return file.size();
    }
  }

  private static List<String> textOf(List<Finding> findings) {
    return findings.stream()
        .map(
            found ->
                "%s %s [%d, %d) %s"
                    .formatted(
                        found.kind(),
                        found.file().getFileName(),
                        found.from(),
                        found.to(),
                        found.offsets()))
        .toList();
  }

  /** All records that can be read, going on after each damage. */
  private static List<String> readable(BatchLog log) {
    var records = new ArrayList<String>();
    var buffer = new BatchBuffer();
    var reader = new RecordReader();
    for (long next = log.range().from(); next < log.range().to(); ) {
      try {
        log.read(next, Long.MAX_VALUE, 1, buffer);
        reader.reset(buffer);
        while (reader.nextBatch()) {
          while (reader.nextRecord()) {
            if (reader.offset() >= next) {
              records.add(LogRecords.text(reader));
            }
          }
        }
        next = buffer.nextOffset();
      } catch (CorruptLogException e) {
        next = e.offsetAfter().orElse(next + 1);
      }
    }
    return records;
  }

  @Test
  void aSoundLogHasNoFindingsAndRecoveringItModifiesNoFile() {
    fill(30);
    Map<String, String> before = stamps();
    assertThat(tools.check()).isEmpty();
    assertThat(tools.checkNewest()).isEmpty();
    assertThat(tools.recover()).isEmpty();
    assertThat(stamps()).isEqualTo(before);
  }

  @Test
  void whereThereIsNoLogThereIsNothingToFind() {
    assertThat(tools.check()).isEmpty();
    assertThat(tools.recover()).isEmpty();
    assertThat(tools.stat()).isEqualTo(new LogStat(0, 0, 0));
    assertThat(storage.exists(folder)).isFalse();
  }

  /** Its first segments are deleted between any two steps of each look. */
  @Test
  void whatIsDeletedMeanwhileIsLookedAtAgain() {
    List<Consumer<LogFolder>> looks =
        List.of(
            folder -> assertThat(folder.check()).isEmpty(),
            folder -> assertThat(folder.stat().messages()).isPositive(),
            folder -> {
              var shown = new ArrayList<Long>();
              folder.dump(
                  reader -> shown.add(reader.batch().baseOffset()),
                  damage -> {
                    throw new AssertionError(damage);
                  });
              assertThat(shown).isSorted().doesNotHaveDuplicates();
              assertThat(shown.get(shown.size() - 1)).isEqualTo(3L * 599);
            });
    fill(600);
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      for (Consumer<LogFolder> look : looks) {
        for (int step = 0; step < 12; step++) {
          var left = new AtomicInteger(step);
          var busy =
              new WatchedStorage(
                  storage,
                  file -> {
                    if (left.getAndDecrement() == 0) {
                      log.dropSegmentsBefore(log.segmentBases().get(2));
                    }
                  });
          look.accept(LogFolder.of(busy, folder, SMALL));
          assertThat(left.get()).as("the deletion was in time").isNegative();
        }
      }
    }
  }

  @Test
  void aDamagedBatchIsFoundWithItsRange() {
    fill(30);
    flip(Segment.path(folder, 0), 500);
    assertThat(textOf(tools.check()))
        .containsExactly("DAMAGED 00000000000000000000.log [388, 776) [3, 6)");
    assertThat(tools.check().get(0).reason()).contains("checksum");
    assertThat(tools.checkNewest()).isEmpty();
  }

  @Test
  void wrongAndMissingIndexesAreFoundAndMadeAgain() {
    List<String> records = fill(30);
    Path wrong = files(".index").get(1);
    flip(wrong, 3);
    storage.delete(files(".timeindex").get(0));
    List<Finding> found = tools.check();
    assertThat(found).extracting(Finding::kind).containsOnly(Finding.Kind.INDEX);
    assertThat(found)
        .extracting(Finding::file)
        .containsExactlyInAnyOrder(
            Path.of("data", "orders-3", "00000000000000000000.timeindex"), wrong);
    assertThat(tools.recover()).isEqualTo(found);
    assertThat(tools.check()).isEmpty();
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      assertThat(LogRecords.all(log)).isEqualTo(records);
    }
  }

  @Test
  void allIndexesCanBeMadeAgain() {
    fill(30);
    Map<String, String> before = contents(".index");
    before.putAll(contents(".timeindex"));
    files("index").forEach(storage::delete);
    tools.reindex();
    Map<String, String> after = contents(".index");
    after.putAll(contents(".timeindex"));
    assertThat(after).isEqualTo(before);
  }

  private static byte[] key(long offset) {
    return ("key " + offset).getBytes(UTF_8);
  }

  @Test
  void aKeyIndexIsCheckedMendedAndCountedLikeTheOthers() {
    LogOptions indexed = SMALL.toBuilder().keyIndex(true).build();
    LogStat stat;
    try (Log log = Log.open(storage, folder, indexed)) {
      for (int i = 0; i < 500; i++) {
        log.publish(key(i), new byte[20]);
      }
    }
    try (Log log = Log.open(storage, folder, indexed)) {
      stat = log.stat();
    }
    assertThat(tools.stat()).isEqualTo(stat);
    assertThat(tools.check()).isEmpty();
    Map<String, String> before = contents(".keyindex");
    Path file = files(".keyindex").get(0);
    for (long position : List.of(10L, 5_000L, size(file) - 3)) {
      flip(file, position);
      assertThat(textOf(tools.check()))
          .containsExactly("INDEX %s [0, %d) [0, 0)".formatted(file.getFileName(), size(file)));
      assertThat(tools.checkNewest()).isEmpty();
      assertThat(tools.recover()).hasSize(1);
      assertThat(tools.check()).isEmpty();
      assertThat(contents(".keyindex").values()).containsExactlyElementsOf(before.values());
    }
    files(".keyindex").forEach(storage::delete);
    LogFolder.of(storage, folder, indexed).reindex();
    assertThat(contents(".keyindex").values()).containsExactlyElementsOf(before.values());
    flip(files(".keyindex").get(0), 5_000);
    tools.reindex();
    assertThat(contents(".keyindex").values()).containsExactlyElementsOf(before.values());
    try (Log log = Log.open(storage, folder, indexed)) {
      assertThat(log.offsetByKey(key(321))).isEqualTo(321);
    }
  }

  @Test
  void aFolderIsAsLargeAsTheLogThatIsOpenInItSays() {
    try (Log log = Log.open(storage, folder, SMALL)) {
      for (int i = 0; i < 100; i++) {
        log.publish(key(i), new byte[20]);
        if (i % 9 == 0) {
          LogStat stat = log.stat();
          assertThat(tools.stat()).as("after message %d", i).isEqualTo(stat);
        }
      }
    }
  }

  private Map<String, String> contents(String suffix) {
    var contents = new TreeMap<String, String>();
    for (Path path : files(suffix)) {
      try (StorageFile file = storage.openReadOnly(path)) {
        byte[] bytes = new byte[(int) file.size()];
        file.read(0, bytes, 0, bytes.length);
        contents.put(path.toString(), Arrays.toString(bytes));
      }
    }
    return contents;
  }

  @Test
  void aTornTailIsFoundAndCutToTheLongestGoodPrefix() {
    BatchLog killed = BatchLog.open(storage, folder, SMALL.toBuilder().lockFolder(false).build());
    append(killed, 9);
    List<String> records = LogRecords.all(killed);
    flip(newest(), 2 * 388 + 200);
    List<Finding> found = tools.check();
    assertThat(found).extracting(Finding::kind).containsExactly(Finding.Kind.TORN);
    assertThat(found.get(0).from()).isEqualTo(2 * 388);
    assertThat(tools.recover()).isEqualTo(found);
    assertThat(tools.check()).isEmpty();
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      long left = log.range().to();
      assertThat(LogRecords.all(log)).isEqualTo(records.subList(0, (int) left));
    }
  }

  @Test
  void afterDamageInTheNewestSegmentRecoverLetsTheLogGoOn() {
    List<String> records = fill(29);
    flip(newest(), 500);
    long base = Segment.baseOffset(newest());
    List<String> rest = new ArrayList<>(records);
    rest.subList((int) base + 3, (int) base + 6).clear();
    LogOptions checking = SMALL.toBuilder().checkOnOpen(true).build();
    assertThatThrownBy(() -> BatchLog.open(storage, folder, checking))
        .isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("[%d, %d)".formatted(base + 3, base + 6))
        .hasMessageContaining("recover");

    List<Finding> found = tools.recover();
    assertThat(found).hasSize(1);
    assertThat(found.get(0).offsets()).isEqualTo(new OffsetRange(base + 3, base + 6));
    try (BatchLog log = BatchLog.open(storage, folder, checking)) {
      assertThat(log.range().to()).isEqualTo(87);
      assertThat(readable(log)).isEqualTo(rest);
      append(log, 1);
      assertThat(log.range().to()).isEqualTo(90);
    }
    try (BatchLog log = BatchLog.open(storage, folder, checking)) {
      assertThat(readable(log)).hasSize(rest.size() + 3).startsWith(rest.get(0));
    }
  }

  @Test
  void recoverOnOpenGoesOnAfterDamageAndWinsOverCheck() {
    List<String> records = fill(29);
    flip(newest(), 500);
    LogOptions both = SMALL.toBuilder().checkOnOpen(true).recoverOnOpen(true).build();
    assertThatThrownBy(
            () -> BatchLog.open(storage, folder, both.toBuilder().readOnly(true).build()))
        .as("a reader only checks")
        .isInstanceOf(CorruptLogException.class);
    try (BatchLog log = BatchLog.open(storage, folder, both)) {
      assertThat(log.recovery()).isInstanceOf(Recovery.Damaged.class);
      append(log, 1);
      assertThat(readable(log)).hasSize(records.size());
    }
    try (BatchLog log = BatchLog.open(storage, folder, both)) {
      assertThat(log.recovery()).as("told once").isEqualTo(new Recovery.Clean());
      assertThat(log.range().to()).isEqualTo(90);
    }
    assertThat(tools.check()).extracting(Finding::kind).containsExactly(Finding.Kind.DAMAGED);
  }

  @Test
  void aLogThatIsOpenForWritingIsCheckedButNotRecovered() {
    fill(29);
    storage.delete(files(".index").get(0));
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      assertThat(tools.check()).hasSize(1);
      assertThatThrownBy(tools::recover).isInstanceOf(FolderInUseException.class);
      assertThat(log.range().to()).isEqualTo(87);
    }
  }

  @Test
  void statCountsWhatIsThere() {
    fill(30);
    try (BatchLog log = BatchLog.open(storage, folder, SMALL)) {
      log.delete(OffsetSet.of(1, 4, 5));
    }
    long bytes = 0;
    for (Path file : storage.list(folder)) {
      bytes += Segment.numberOf(file) >= 0 ? size(file) : 0;
    }
    assertThat(tools.stat()).isEqualTo(new LogStat(files(".log").size(), 87, bytes));
  }

  @Test
  void statCountsBehindABatchWhoseLengthIsDamaged() {
    fill(30);
    long messages = tools.stat().messages();
    Path first = files(".log").get(0);
    flip(first, 8); // of a length, so that nothing leads from there to the next batch

    assertThat(tools.stat().messages()).isEqualTo(messages - 3);
    try (Log log = Log.open(storage, folder, SMALL.toBuilder().readOnly(true).build())) {
      assertThat(log.stat().messages()).isEqualTo(messages - 3);
      assertThat(log.stat().messages()).as("asked again").isEqualTo(messages - 3);
    }
  }

  @Test
  void dumpShowsEveryRecordAndTellsWhatIsDamaged() {
    List<String> records = fill(30);
    flip(Segment.path(folder, 0), 500);
    records.subList(3, 6).clear();
    var shown = new ArrayList<String>();
    var damaged = new ArrayList<Finding>();
    tools.dump(
        reader -> {
          while (reader.nextRecord()) {
            shown.add(LogRecords.text(reader));
          }
        },
        damaged::add);
    assertThat(shown).isEqualTo(records);
    assertThat(textOf(damaged))
        .containsExactly("DAMAGED 00000000000000000000.log [388, 776) [3, 6)");
  }
}
