package io.headwater.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.broker.Broker;
import io.headwater.broker.BrokerOptions;
import io.headwater.broker.NewTopic;
import io.headwater.broker.TopicPartition;
import io.headwater.log.Log;
import io.headwater.log.LogOptions;
import io.headwater.log.Message;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.record.Compression;
import io.headwater.serde.Headers;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class LogDumpCommandTest {
  private static final String SEGMENT = "00000000000000000000.log";

  @TempDir private Path data = Path.of("");
  private Cli cli = new Cli(Path.of(""));
  private Path partition = Path.of("");

  @BeforeEach
  void writeATransaction() {
    cli = new Cli(data);
    partition = data.resolve("carts-0");
    var options = BrokerOptions.defaults().withClock(InstantSource.fixed(Cli.NOW));
    try (Broker broker = Broker.open(data, options)) {
      broker.createTopic(NewTopic.of("carts", 1));
      broker.append(new TopicPartition("carts", 0), batch("plain"));
      try (var producer = broker.transactionalProducer("test")) {
        producer.begin();
        producer.append(new TopicPartition("carts", 0), batch("aborted"));
        producer.abort();
      }
    }
  }

  @Test
  void segmentsBatchesAndRecordsAreShownAsTheyAreOnDisk() {
    var ran = cli.runElsewhere("log", "dump", partition.toString());

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out())
        .isEqualTo(
            """
            segment 00000000000000000000.log, 228 bytes
              batch at 0: offsets 0 to 0, 1 record, 74 bytes, up to 1970-01-01T00:00:01Z
                0  1970-01-01T00:00:01Z  k  plain
              batch at 74: offsets 1 to 1, 1 record, 76 bytes, up to 1970-01-01T00:00:01Z, producer 0 epoch 0 sequence 0, transactional
                1  1970-01-01T00:00:01Z  k  aborted
              batch at 150: offsets 2 to 2, 1 record, 78 bytes, up to 2026-01-02T03:04:05Z, producer 0 epoch 0, marker ABORT
            """);
    assertThat(cli.runElsewhere("log", "dump", partition.toString(), "--batches").out())
        .hasLineCount(4)
        .doesNotContain("plain");
  }

  @Test
  void jsonSaysOfEachLineWhatItIs() {
    assertThat(cli.runElsewhere("log", "dump", partition.toString(), "--json").lines())
        .element(2)
        .isEqualTo(
            """
            {"type":"record","offset":0,"timestamp":1000,"key":"k","value":"plain","headers":[]}\
            """);
    assertThat(cli.runElsewhere("log", "dump", partition.toString(), "--json").out())
        .contains("{\"type\":\"segment\",\"file\":\"00000000000000000000.log\",\"sizeBytes\":")
        .contains("{\"type\":\"batch\",\"position\":0,\"sizeBytes\":74,\"baseOffset\":0,")
        .contains("\"marker\":\"ABORT\"}");
  }

  @Test
  void aDamagedBatchIsNamedAndTheExitCodeSaysSo() throws IOException {
    try (var file = new RandomAccessFile(partition.resolve(SEGMENT).toFile(), "rw")) {
      file.seek(74 + 70);
      file.write('?');
    }

    var ran = cli.runElsewhere("log", "dump", partition.toString());

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out()).contains("plain").contains("damaged at byte 74: ");
  }

  @Test
  void aTornTailIsShownAndNotTouched() throws IOException {
    Path segment = partition.resolve(SEGMENT);
    byte[] whole = Files.readAllBytes(segment);
    Files.write(segment, Arrays.copyOf(whole, 200));

    var ran = cli.runElsewhere("log", "dump", partition.toString());

    assertThat(ran.out())
        .endsWith("damaged at byte 150: 50 bytes follow that are no whole batch\n");
    assertThat(segment).hasSize(200);
  }

  @Test
  void batchesBehindADamagedOneAreShown() throws IOException {
    try (var file = new RandomAccessFile(partition.resolve(SEGMENT).toFile(), "rw")) {
      file.seek(70);
      file.write('?');
    }

    var ran = cli.runElsewhere("log", "dump", partition.toString());

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out())
        .contains("damaged at byte 0: ")
        .contains("  1970-01-01T00:00:01Z  k  aborted")
        .doesNotContain("plain");
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void everyCompressionIsRead(Compression compression) {
    Path folder = data.resolve("compressed");
    var options = LogOptions.builder().compression(compression).build();
    try (Log log = Log.open(folder, options)) {
      log.publish(List.of(message("one"), message("two")));
    }

    var ran = cli.runElsewhere("log", "dump", folder.toString());

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).contains("  k  one\n").contains("  k  two\n");
    assertThat(ran.out().contains("compressed by " + compression))
        .isEqualTo(compression != Compression.NONE);
  }

  @Test
  void spaceThatAWriterHasReservedIsNoDamage() {
    Path folder = data.resolve("open");
    try (Log log = Log.open(folder)) {
      log.publish(message("one"));

      var ran = cli.runElsewhere("log", "dump", folder.toString());

      assertThat(ran.exitCode()).isZero();
      assertThat(ran.out()).contains("  k  one\n").contains("bytes for more\n");
    }
  }

  private static Message message(String value) {
    return Message.of("k".getBytes(UTF_8), value.getBytes(UTF_8));
  }

  private static BatchBuilder batch(String value) {
    return new BatchBuilder()
        .append(1000, "k".getBytes(UTF_8), value.getBytes(UTF_8), Headers.EMPTY);
  }
}
