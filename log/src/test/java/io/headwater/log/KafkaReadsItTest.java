package io.headwater.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.record.BatchBuilder;
import io.headwater.log.record.ControlType;
import io.headwater.log.storage.Storage;
import io.headwater.log.testing.LogRecords;
import io.headwater.log.testing.Seeds;
import io.headwater.serde.Header;
import io.headwater.serde.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's own tool for looking at segments, in a process of its own, on folders written here. */
class KafkaReadsItTest {
  @TempDir Path temp;
  private Path folder = Path.of("orders-3");
  private long records;

  @BeforeEach
  void writeALog() {
    folder = temp.resolve("orders-3");
    long seed = Seeds.next();
    var random = new Random(seed);
    LogOptions options = LogOptions.builder().segmentBytes(100_000).build();
    for (int open = 0; open < 3; open++) {
      try (BatchLog log = BatchLog.open(Storage.disk(), folder, options)) {
        for (int i = 0; i < 150; i++) {
          append(random, log);
        }
        records = LogRecords.all(log).size();
        assertThat(log.range().size()).isEqualTo(records);
      }
    }
  }

  private static void append(Random random, BatchLog log) {
    var batch = new BatchBuilder();
    for (int i = random.nextInt(20); i >= 0; i--) {
      byte[] value = new byte[random.nextInt(200)];
      batch.append(
          1_700_000_000_000L + random.nextInt(1_000_000),
          random.nextBoolean() ? null : new byte[random.nextInt(10)],
          random.nextInt(9) == 0 ? null : value,
          random.nextInt(3) == 0
              ? Headers.of(new Header("h", null), new Header("h", value))
              : Headers.EMPTY);
    }
    if (random.nextInt(3) == 0) {
      batch.producer(5, (short) 2, random.nextInt(1_000), true);
      log.append(batch);
      log.append(
          BatchBuilder.endOfTransaction(
              random.nextBoolean() ? ControlType.COMMIT : ControlType.ABORT,
              1_700_000_000_000L,
              5,
              (short) 2,
              0));
    } else {
      log.append(batch);
    }
  }

  private List<Path> files(String suffix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }

  private static String dump(List<Path> files, String... options)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add("org.apache.kafka.tools.DumpLogSegments");
    command.addAll(List.of(options));
    command.add("--files");
    command.add(String.join(",", files.stream().map(Path::toString).toList()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (InputStream output = process.getInputStream()) {
      String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(text).isZero();
      return text;
    }
  }

  private static long count(String text, String part) {
    return text.lines().filter(line -> line.contains(part)).count();
  }

  @Test
  void everyRecordIsThereAndEveryBatchValid() throws Exception {
    List<Path> segments = files(".log");
    assertThat(segments).hasSizeGreaterThan(3);
    String text = dump(segments, "--deep-iteration", "--print-data-log");
    assertThat(count(text, "| offset: ")).as(text).isEqualTo(records);
    assertThat(count(text, "isvalid: true")).isGreaterThan(400);
    assertThat(text).doesNotContain("isvalid: false").doesNotContain("Found");
    assertThat(text).contains("endTxnMarker: COMMIT").contains("endTxnMarker: ABORT");
  }

  @Test
  void bothIndexesFitTheirSegments() throws Exception {
    var indexes = new ArrayList<Path>(files(".index"));
    indexes.addAll(files(".timeindex"));
    assertThat(indexes)
        .hasSameSizeAs(Stream.concat(files(".log").stream(), files(".log").stream()).toList());
    String all = dump(indexes);
    assertThat(count(all, "position: ")).as(all).isGreaterThan(50);
    assertThat(count(all, "timestamp: ")).isGreaterThan(5);
    for (String text :
        List.of(all, dump(indexes, "--verify-index-only"), dump(indexes, "--index-sanity-check"))) {
      assertThat(text)
          .doesNotContain("Found")
          .doesNotContain("ismatch")
          .doesNotContain("rror")
          .doesNotContain("failed");
    }
    assertThat(dump(indexes, "--index-sanity-check")).contains("passed sanity check");
  }

  /** So that the tests above do not pass because the tool says nothing. */
  @Test
  void theToolReportsOneFlippedBitAndAnIndexThatIsOffByOne() throws Exception {
    Path segment = files(".log").get(1);
    byte[] bytes = Files.readAllBytes(segment);
    bytes[100] ^= 1;
    Files.write(segment, bytes);
    assertThat(dump(List.of(segment), "--print-data-log")).contains("isvalid: false");

    Path index = files(".index").get(0);
    byte[] entries = Files.readAllBytes(index);
    ByteBuffer.wrap(entries).putInt(0, ByteBuffer.wrap(entries).getInt(0) + 1);
    Files.write(index, entries);
    assertThat(dump(List.of(index))).contains("ismatch");
  }
}
