package io.headwater.log.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.BatchLog;
import io.headwater.log.Log;
import io.headwater.log.LogOptions;
import io.headwater.log.Recovery;
import io.headwater.log.record.Compression;
import io.headwater.log.storage.Storage;
import io.headwater.log.testing.Seeds;
import io.headwater.log.transaction.AbortedIndexFile;
import io.headwater.log.transaction.AbortedTransaction;
import io.headwater.log.transaction.TransactionTracker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Folders that Kafka's own log wrote, and left behind closed or not: opened for reading only, they
 * have the records that Kafka finds in them, and not a byte of them changes.
 */
class ReadsKafkasFoldersTest {
  private static final long START_MS = 1_700_000_000_000L;
  private static final LogOptions READ_ONLY = LogOptions.builder().readOnly(true).build();

  @TempDir Path temp;
  private int copies;

  /** What a folder's records are like. */
  enum Kind {
    PLAIN,
    NULLS_AND_HEADERS,
    IDEMPOTENT,
    TRANSACTIONAL,
    GZIP,
    SNAPPY,
    LZ4,
    ZSTD,
    APPEND_TIME,
    BACKWARDS,
    COMPACTED,
    COMPACTED_TRANSACTIONAL,
    COMPACTED_ZSTD,
    MIXED;

    Map<String, String> config() {
      var config = new HashMap<String, String>();
      if (this == APPEND_TIME) {
        config.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
      }
      if (isCompacted()) {
        config.put(TopicConfig.CLEANUP_POLICY_CONFIG, "compact");
        config.put(TopicConfig.DELETE_RETENTION_MS_CONFIG, "0");
      }
      return config;
    }

    boolean isCompacted() {
      return name().startsWith("COMPACTED");
    }

    boolean isTransactional(Random random) {
      return this == TRANSACTIONAL
          || this == COMPACTED_TRANSACTIONAL
          || (this == MIXED && random.nextBoolean());
    }

    boolean isIdempotent(Random random) {
      return this == IDEMPOTENT || (this == MIXED && random.nextBoolean());
    }

    Compression compression(Random random) {
      return switch (this) {
        case GZIP, SNAPPY, LZ4, ZSTD -> Compression.valueOf(name());
        case COMPACTED_ZSTD -> Compression.ZSTD;
        case MIXED -> List.of(Compression.values()).get(random.nextInt(5));
        default -> Compression.NONE;
      };
    }
  }

  /** Writes records of a kind, and returns whose transactions are open at the end. */
  private static List<Long> write(KafkaLog log, Kind kind, Random random, int batches) {
    var open = new ArrayList<Long>();
    long producers = 0;
    for (int i = 0; i < batches; i++) {
      var records = new ArrayList<SimpleRecord>();
      for (int n = random.nextInt(12); n >= 0; n--) {
        records.add(record(kind, random, START_MS + i * 1000L));
      }
      if (kind.isTransactional(random)) {
        if (open.isEmpty() || random.nextInt(4) == 0) {
          open.add(1_000 + producers++);
        }
        long producer = open.get(random.nextInt(open.size()));
        log.append(kind.compression(random), records, producer, true);
        if (random.nextInt(3) == 0) {
          open.remove(producer);
          log.end(producer, random.nextBoolean(), START_MS + i * 1000L);
        }
      } else if (kind.isIdempotent(random)) {
        log.append(kind.compression(random), records, random.nextInt(5), false);
      } else {
        log.append(kind.compression(random), records);
      }
    }
    return open;
  }

  private static void endAll(KafkaLog log, List<Long> producers, Random random) {
    for (long producer : producers) {
      log.end(producer, random.nextBoolean(), START_MS);
    }
  }

  private static SimpleRecord record(Kind kind, Random random, long timeMs) {
    String key = "key-" + random.nextInt(20);
    long timestamp = kind == Kind.BACKWARDS ? timeMs - random.nextInt(100_000) : timeMs;
    if (kind == Kind.NULLS_AND_HEADERS || kind == Kind.MIXED) {
      Header[] headers = new Header[random.nextInt(3)];
      for (int i = 0; i < headers.length; i++) {
        headers[i] = new RecordHeader("h" + i, i == 0 ? null : key.getBytes(UTF_8));
      }
      return new SimpleRecord(
          timestamp - random.nextInt(100),
          random.nextInt(3) == 0 ? null : key.getBytes(UTF_8),
          random.nextInt(3) == 0 ? null : key.repeat(random.nextInt(9)).getBytes(UTF_8),
          headers);
    }
    if (kind.isCompacted() && random.nextInt(9) == 0) {
      return new SimpleRecord(timestamp, key.getBytes(UTF_8), null);
    }
    return KafkaLog.record(timestamp, key, random.nextInt(100));
  }

  /** What Kafka's log reads. */
  private record Found(List<String> records, List<String> messages, List<String> committed) {
    static Found by(KafkaLog log) {
      return new Found(log.records(), log.messages(), log.committedMessages());
    }
  }

  private static Map<String, byte[]> filesOf(Path folder) {
    var files = new TreeMap<String, byte[]>();
    try (Stream<Path> list = Files.list(folder)) {
      for (Path file : list.toList()) {
        files.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  /** A copy, as a power cut or a killed broker leaves it: indexes at their full length, say. */
  private Path copyOf(Path folder) {
    Path copy = temp.resolve("copy-" + copies++).resolve("orders-3");
    try {
      Files.createDirectories(copy);
      for (Map.Entry<String, byte[]> file : filesOf(folder).entrySet()) {
        Files.write(copy.resolve(file.getKey()), file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return copy;
  }

  private static void assertReadLikeKafka(Path folder, Found expected, Random random, String what) {
    Map<String, byte[]> before = filesOf(folder);
    List<String> records = expected.records();
    assertThat(records).as(what).isNotEmpty();
    try (BatchLog log = BatchLog.open(Storage.disk(), folder, READ_ONLY)) {
      assertThat(log.recovery()).as(what).isInstanceOf(Recovery.Clean.class);
      assertThat(Texts.of(log)).as(what).isEqualTo(records);
      for (int i = 0; i < 30; i++) {
        long from = random.nextLong(log.range().from(), log.range().to() + 1);
        assertThat(Texts.of(log, from, 1 + random.nextInt(5_000)))
            .as("%s, from %d", what, from)
            .isEqualTo(records.stream().filter(text -> offsetOf(text) >= from).toList());
        long time = START_MS + random.nextInt(400_000) - 50_000;
        assertThat(log.offsetForTime(time))
            .as("%s, time %d", what, time)
            .isEqualTo(
                records.stream()
                    .filter(text -> timestampOf(text) >= time)
                    .mapToLong(ReadsKafkasFoldersTest::offsetOf)
                    .findFirst()
                    .orElse(log.range().to()));
      }
      assertThat(log.refresh()).as(what).isFalse();
    }
    try (Log log = Log.open(folder, READ_ONLY)) {
      assertThat(Texts.of(log)).as(what).isEqualTo(expected.messages());
    }
    LogOptions committed = READ_ONLY.toBuilder().readCommitted(true).build();
    try (Log log = Log.open(folder, committed)) {
      assertThat(Texts.of(log)).as(what).isEqualTo(expected.committed());
    }
    Map<String, byte[]> after = filesOf(folder);
    assertThat(after.keySet()).as(what).isEqualTo(before.keySet());
    before.forEach((name, bytes) -> assertThat(after.get(name)).as(what + name).isEqualTo(bytes));
  }

  private static long offsetOf(String text) {
    return Long.parseLong(text.substring(0, text.indexOf('@')));
  }

  private static long timestampOf(String text) {
    return Long.parseLong(text.substring(text.indexOf('@') + 1, text.indexOf(' ')));
  }

  @ParameterizedTest
  @EnumSource
  void aFolderIsReadAsKafkaReadsIt(Kind kind) {
    long seed = Seeds.next();
    var random = new Random(seed);
    Path folder = temp.resolve("orders-3");
    Found expected;
    Path running;
    try (KafkaLog log = KafkaLog.open(folder, true, kind.config())) {
      List<Long> open = write(log, kind, random, 200);
      if (kind.isCompacted()) {
        endAll(log, open, random);
        int before = log.records().size();
        log.compact();
        assertThat(log.records()).hasSizeLessThan(before);
        write(log, kind, random, 50);
      }
      assertThat(log.log().numberOfSegments()).isGreaterThan(1);
      expected = Found.by(log);
      running = copyOf(folder);
    }
    assertReadLikeKafka(folder, expected, random, "closed, seed " + seed);
    assertReadLikeKafka(running, expected, random, "running, seed " + seed);
  }

  /** So that the test above is about what it seems to be about. */
  @Test
  void theFoldersHaveWhatKafkaLeavesInThem() {
    var random = new Random(1);
    Path folder = temp.resolve("orders-3");
    try (KafkaLog log = KafkaLog.open(folder, true, Kind.TRANSACTIONAL.config())) {
      write(log, Kind.TRANSACTIONAL, random, 200);
      Map<String, byte[]> files = filesOf(folder);
      assertThat(files)
          .containsKeys(
              "partition.metadata",
              "leader-epoch-checkpoint",
              "00000000000000000000.log",
              "00000000000000000000.index",
              "00000000000000000000.timeindex",
              "00000000000000000000.txnindex");
      assertThat(files.keySet()).anyMatch(name -> name.endsWith(".snapshot"));
      String newest = "%020d.index".formatted(log.log().activeSegment().baseOffset());
      assertThat(files.get(newest)).hasSize(12_000).endsWith(0, 0, 0, 0, 0, 0, 0, 0);
    }
    Path compacted = temp.resolve("compacted").resolve("orders-3");
    try (KafkaLog log = KafkaLog.open(compacted, true, Kind.COMPACTED_TRANSACTIONAL.config())) {
      endAll(log, write(log, Kind.COMPACTED_TRANSACTIONAL, random, 200), random);
      log.compact();
      assertThat(log.emptyBatches()).isPositive();
      assertThat(filesOf(compacted).keySet()).anyMatch(name -> name.endsWith(".log.deleted"));
    }
  }

  @Test
  void aFileThatKafkaReservedEndsWithTheLastBatch() {
    long seed = Seeds.next();
    var random = new Random(seed);
    Path folder = temp.resolve("orders-3");
    try (KafkaLog log =
        KafkaLog.open(folder, true, Map.of(TopicConfig.PREALLOCATE_CONFIG, "true"))) {
      write(log, Kind.PLAIN, random, 100);
      Path running = copyOf(folder);
      String newest = "%020d.log".formatted(log.log().activeSegment().baseOffset());
      assertThat(filesOf(running).get(newest)).hasSize(10_000).endsWith(0, 0, 0, 0, 0, 0, 0, 0);
      assertReadLikeKafka(running, Found.by(log), random, "seed " + seed);
    }
  }

  @Test
  void segmentsThatKafkaIsAboutToDeleteAreLeftOut() throws IOException {
    long seed = Seeds.next();
    var random = new Random(seed);
    Path folder = temp.resolve("orders-3");
    Found expected;
    try (KafkaLog log = KafkaLog.open(folder, true, Map.of())) {
      // Kafka keeps a log's start elsewhere, not in the folder; so let it be that of a segment.
      endAll(log, write(log, Kind.MIXED, random, 200), random);
      log.deleteBefore(log.log().logSegments().get(log.log().numberOfSegments() / 2).baseOffset());
      expected = Found.by(log);
    }
    assertThat(filesOf(folder).keySet()).anyMatch(name -> name.endsWith(".log.deleted"));
    assertReadLikeKafka(folder, expected, random, "seed " + seed);
  }

  /** The oracle is what Kafka's own recovery leaves of a copy. */
  @Test
  void aTornTailIsLeftOutAsKafkaCutsIt() throws IOException {
    long seed = Seeds.next();
    var random = new Random(seed);
    Path folder = temp.resolve("orders-3");
    Path newest;
    try (KafkaLog log = KafkaLog.open(folder, true, Map.of())) {
      write(log, Kind.MIXED, random, 120);
      newest = folder.resolve("%020d.log".formatted(log.log().activeSegment().baseOffset()));
    }
    byte[] whole = Files.readAllBytes(newest);
    int rounds = Seeds.full() ? 500 : 25;
    for (int round = 0; round < rounds; round++) {
      int cut = random.nextInt(whole.length + 1);
      byte[] garbage = new byte[random.nextInt(3) * random.nextInt(300)];
      random.nextBytes(garbage);
      byte[] torn = Arrays.copyOf(whole, cut + garbage.length);
      System.arraycopy(garbage, 0, torn, cut, garbage.length);
      Files.write(newest, torn);
      Found expected;
      try (KafkaLog log = KafkaLog.open(copyOf(folder), false, Map.of())) {
        expected = Found.by(log);
      }
      assertReadLikeKafka(folder, expected, random, "seed %d, round %d".formatted(seed, round));
    }
  }

  @Test
  void indexesThatAreMissingOrWrongAreNotBelieved() throws IOException {
    long seed = Seeds.next();
    var random = new Random(seed);
    Path folder = temp.resolve("orders-3");
    Found expected;
    try (KafkaLog log = KafkaLog.open(folder, true, Map.of())) {
      write(log, Kind.MIXED, random, 200);
      expected = Found.by(log);
    }
    for (String name : filesOf(folder).keySet()) {
      if (name.endsWith("index")) {
        Path file = folder.resolve(name);
        byte[] bytes = Files.readAllBytes(file);
        switch (random.nextInt(4)) {
          case 0 -> Files.delete(file);
          case 1 -> Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length + 50)));
          case 2 -> {
            random.nextBytes(bytes);
            Files.write(file, bytes);
          }
          default -> {}
        }
      }
    }
    assertReadLikeKafka(folder, expected, random, "seed " + seed);
  }

  @Test
  void theAbortedTransactionsAreThoseOfKafkasIndex() throws IOException {
    long seed = Seeds.next();
    var random = new Random(seed);
    Path folder = temp.resolve("orders-3");
    try (KafkaLog log = KafkaLog.open(folder, true, Map.of())) {
      write(log, Kind.TRANSACTIONAL, random, 300);
    }
    try (BatchLog log = BatchLog.open(Storage.disk(), folder, READ_ONLY)) {
      List<AbortedTransaction> aborted = new TransactionTracker(log).aborted().all();
      assertThat(aborted).as("seed %d", seed).hasSizeGreaterThan(20);
      List<Long> bases = new ArrayList<>(log.segmentBases());
      bases.add(Long.MAX_VALUE);
      for (int i = 0; i + 1 < bases.size(); i++) {
        long from = bases.get(i);
        long to = bases.get(i + 1);
        byte[] ours =
            AbortedIndexFile.format(
                aborted.stream()
                    .filter(each -> each.lastOffset() >= from && each.lastOffset() < to)
                    .toList());
        Path kafkas = folder.resolve("%020d.txnindex".formatted(from));
        assertThat(ours)
            .as("seed %d, segment %d", seed, from)
            .isEqualTo(Files.exists(kafkas) ? Files.readAllBytes(kafkas) : new byte[0]);
      }
    }
  }
}
