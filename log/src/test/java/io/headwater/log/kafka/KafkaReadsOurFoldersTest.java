package io.headwater.log.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.BatchLog;
import io.headwater.log.LogOptions;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.record.Compression;
import io.headwater.log.storage.Storage;
import io.headwater.log.testing.Seeds;
import io.headwater.serde.Header;
import io.headwater.serde.Headers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Folders written here are what Kafka's own log would have written, and it goes on with them. */
class KafkaReadsOurFoldersTest {
  private static final long START_MS = 1_700_000_000_000L;

  @TempDir Path temp;

  /** A record for both. */
  private static final class Both {
    final long timestampMs;
    final byte @Nullable [] key;
    final byte @Nullable [] value;
    final List<Header> headers;

    private Both(
        long timestampMs, byte @Nullable [] key, byte @Nullable [] value, List<Header> headers) {
      this.timestampMs = timestampMs;
      this.key = key;
      this.value = value;
      this.headers = headers;
    }

    static Both random(Random random) {
      var headers = new ArrayList<Header>();
      for (int i = random.nextInt(4) - 2; i > 0; i--) {
        headers.add(new Header("h" + i, random.nextBoolean() ? null : new byte[i]));
      }
      return new Both(
          START_MS + random.nextInt(1_000_000),
          random.nextInt(5) == 0 ? null : ("key-" + random.nextInt(50)).getBytes(UTF_8),
          random.nextInt(5) == 0 ? null : "value ".repeat(random.nextInt(40)).getBytes(UTF_8),
          headers);
    }

    SimpleRecord kafkas() {
      return new SimpleRecord(
          timestampMs,
          key,
          value,
          headers.stream()
              .map(header -> new RecordHeader(header.key(), header.value()))
              .toArray(org.apache.kafka.common.header.Header[]::new));
    }
  }

  private static List<Both> randomRecords(Random random) {
    return Stream.generate(() -> Both.random(random)).limit(1 + random.nextInt(15)).toList();
  }

  private static void append(BatchLog log, List<Both> records) {
    var batch = new BatchBuilder();
    for (Both record : records) {
      batch.append(record.timestampMs, record.key, record.value, Headers.of(record.headers));
    }
    log.append(batch);
  }

  private static LogOptions options(Compression compression, int indexIntervalBytes) {
    return LogOptions.builder()
        .segmentBytes(10_000)
        .indexIntervalBytes(indexIntervalBytes)
        .compression(compression)
        .build();
  }

  private static Map<String, byte[]> logAndIndexesOf(Path folder) throws IOException {
    var files = new TreeMap<String, byte[]>();
    try (Stream<Path> list = Files.list(folder)) {
      for (Path file : list.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".log") || name.endsWith(".index") || name.endsWith(".timeindex")) {
          files.put(name, Files.readAllBytes(file));
        }
      }
    }
    return files;
  }

  /**
   * In one go: Kafka forgets at a restart how far the last entry is back, so after one its entries
   * may be further apart than ours.
   */
  @ParameterizedTest
  @EnumSource
  void logAndIndexesAreTheBytesThatKafkaWrites(Compression compression) throws IOException {
    long seed = Seeds.next();
    var random = new Random(seed);
    for (int interval : new int[] {0, 512, 4096}) {
      Path ours = temp.resolve("ours-" + interval).resolve("orders-3");
      Path kafkas = temp.resolve("kafkas-" + interval).resolve("orders-3");
      Map<String, String> config =
          Map.of(TopicConfig.INDEX_INTERVAL_BYTES_CONFIG, String.valueOf(interval));
      try (BatchLog log = BatchLog.open(Storage.disk(), ours, options(compression, interval));
          KafkaLog kafka = KafkaLog.open(kafkas, true, config)) {
        for (int i = 0; i < 400; i++) {
          List<Both> records = randomRecords(random);
          append(log, records);
          kafka.append(compression, records.stream().map(Both::kafkas).toList());
        }
        assertThat(kafka.log().numberOfSegments()).isGreaterThan(3);
      }
      Map<String, byte[]> expected = logAndIndexesOf(kafkas);
      Map<String, byte[]> found = logAndIndexesOf(ours);
      assertThat(found.keySet()).as("seed %d", seed).isEqualTo(expected.keySet());
      expected.forEach(
          (name, bytes) ->
              assertThat(found.get(name))
                  .as("seed %d, interval %d, %s", seed, interval, name)
                  .isEqualTo(bytes));
    }
  }

  @ParameterizedTest
  @EnumSource
  void kafkaOpensAFolderAndBothGoOnWithIt(Compression compression) {
    long seed = Seeds.next();
    var random = new Random(seed);
    Path folder = temp.resolve("orders-3");
    List<String> before = List.of();
    for (int turn = 0; turn < 4; turn++) {
      try (BatchLog log = BatchLog.open(Storage.disk(), folder, options(compression, 4096))) {
        assertThat(Texts.of(log)).as("seed %d, turn %d", seed, turn).isEqualTo(before);
        for (int i = 0; i < 60; i++) {
          append(log, randomRecords(random));
        }
        before = Texts.of(log);
      }
      try (KafkaLog kafka = KafkaLog.open(folder, random.nextBoolean(), Map.of())) {
        assertThat(kafka.records()).as("seed %d, turn %d", seed, turn).isEqualTo(before);
        for (int i = 0; i < 60; i++) {
          kafka.append(compression, randomRecords(random).stream().map(Both::kafkas).toList());
        }
        before = kafka.records();
      }
    }
    assertThat(before).hasSizeGreaterThan(2_000);
  }

  /** What a killed process leaves, which is cut where Kafka cuts it. */
  @Test
  void kafkaCutsATornTailWhereWeCutIt() throws IOException {
    long seed = Seeds.next();
    var random = new Random(seed);
    int rounds = Seeds.full() ? 200 : 15;
    for (int round = 0; round < rounds; round++) {
      Path folder = temp.resolve("round-" + round).resolve("orders-3");
      Path running = temp.resolve("copy-" + round).resolve("orders-3");
      Files.createDirectories(running);
      try (BatchLog log = BatchLog.open(Storage.disk(), folder, options(Compression.NONE, 512))) {
        for (int i = 0; i < 40; i++) {
          append(log, randomRecords(random));
        }
        Map<String, byte[]> files = logAndIndexesOf(folder);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
          Files.write(running.resolve(file.getKey()), file.getValue());
        }
      }
      Path newest = running.resolve(lastLogOf(running));
      byte[] whole = Files.readAllBytes(newest);
      Files.write(newest, Arrays.copyOf(whole, random.nextInt(whole.length + 1)));
      List<String> found;
      try (BatchLog log =
          BatchLog.open(Storage.disk(), running, LogOptions.builder().readOnly(true).build())) {
        found = Texts.of(log);
      }
      try (KafkaLog kafka = KafkaLog.open(running, false, Map.of())) {
        assertThat(kafka.records()).as("seed %d, round %d", seed, round).isEqualTo(found);
      }
    }
  }

  private static String lastLogOf(Path folder) throws IOException {
    return logAndIndexesOf(folder).keySet().stream()
        .filter(name -> name.endsWith(".log"))
        .reduce((one, other) -> other)
        .orElseThrow();
  }
}
