package io.headwater.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.broker.Broker;
import io.headwater.broker.BrokerOptions;
import io.headwater.broker.NewTopic;
import io.headwater.broker.TopicPartition;
import io.headwater.log.BatchLog;
import io.headwater.log.Log;
import io.headwater.log.LogOptions;
import io.headwater.log.Message;
import io.headwater.log.OffsetSet;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.record.ControlType;
import io.headwater.log.storage.Storage;
import io.headwater.serde.Headers;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code log consume}, {@code get} and {@code find}. */
final class LogReadingTest {
  @TempDir private Path temporary = Path.of("");
  private Cli cli = new Cli(Path.of(""));
  private Path folder = Path.of("");

  @BeforeEach
  void publishSome() {
    cli = new Cli(temporary);
    folder = temporary.resolve("events");
    try (Log log = Log.open(folder)) {
      log.publish(message(1000, "a", "{\"n\": 1}"));
      log.publish(message(2000, "b", "two").withHeaders(Headers.EMPTY.add("h", bytes("v"))));
      log.publish(message(3000, "a", null));
      log.publish(message(4000, null, ""));
      log.publish(message(5000, "", "five"));
    }
  }

  @Test
  void messagesAreShownInOrder() {
    assertThat(consume().out())
        .isEqualTo(
            """
            0  1970-01-01T00:00:01Z  a  {"n":1}
            1  1970-01-01T00:00:02Z  b  two  h=v
            2  1970-01-01T00:00:03Z  a  null
            3  1970-01-01T00:00:04Z  null  \s
            4  1970-01-01T00:00:05Z    five
            """
                .replace("null   \n", "null  \n"));
  }

  @Test
  void jsonTellsNullAndEmptyApart() {
    assertThat(consume("--json", "--from", "2").out())
        .isEqualTo(
            """
            {"offset":2,"timestamp":3000,"key":"a","value":null,"headers":[]}
            {"offset":3,"timestamp":4000,"key":null,"value":"","headers":[]}
            {"offset":4,"timestamp":5000,"key":"","value":"five","headers":[]}
            """);
  }

  @ParameterizedTest
  @CsvSource({
    "oldest,0 1 2 3 4",
    "newest,''",
    "3,3 4",
    "5,''",
    "1970-01-01T00:00:03,2 3 4",
    "1970-01-01T00:00:03.001,3 4",
    "2030-01-01,''"
  })
  void readingBeginsWhereItIsTold(String from, String offsets) {
    assertThat(offsets("--from", from)).isEqualTo(offsets);
  }

  @ParameterizedTest
  @CsvSource({
    "--max 0,''",
    "--max 2,0 1",
    "--bytes-max 0,0",
    "--bytes-max 12,0",
    "--bytes-max 13,0 1",
    "--bytes-max 14,0 1 2 3",
    "--key a,0 2",
    "--key a --max 1,0",
    "--key none,''",
    "--null-key,3"
  })
  void limitsAndKeysChoose(String options, String offsets) {
    assertThat(offsets(options.split(" "))).isEqualTo(offsets);
  }

  @Test
  void theEmptyKeyIsNotTheNullOne() {
    assertThat(offsets("--key", "")).isEqualTo("4");
    assertThat(find("--key", "").out()).startsWith("4 ");
    assertThat(find("--null-key").out()).startsWith("3 ");
  }

  @Test
  @Timeout(60)
  void followShowsWhatARunningWriterPublishesAndEndsWithAStop() {
    var stop = new Stop();
    try (Log writer = Log.open(folder);
        var lines = new PipedLines()) {
      CompletableFuture<Integer> follower =
          CompletableFuture.supplyAsync(
              () -> {
                try (lines) {
                  return HeadwaterCommand.run(
                      lines.console(stop),
                      "log",
                      "consume",
                      folder.toString(),
                      "--follow",
                      "--from",
                      "4");
                }
              });
      assertThat(lines.next()).startsWith("4 ");
      for (int i = 5; i < 50; i++) {
        writer.publish(message(i, "k", "x".repeat(100_000))); // rolls now and then
        assertThat(lines.next()).startsWith(i + " ");
      }
      writer.delete(OffsetSet.range(0, 45));
      writer.deleteAll(OffsetSet.range(0, 50), () -> {});
      writer.publish(message(50, "k", "behind"));
      assertThat(lines.next()).startsWith("50 ").endsWith("behind");
      stop.request();
      assertThat(follower.join()).isZero();
    }
  }

  @Test
  void getShowsSingleMessagesAndNamesThoseThatAreNotThere() {
    try (Log log = Log.open(folder)) {
      log.delete(OffsetSet.of(0, 2));
    }

    var ran =
        cli.runElsewhere("log", "get", folder.toString(), "newest", "2", "1", "0", "5", "oldest");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.lines()).extracting(line -> line.substring(0, 1)).containsExactly("4", "1", "1");
    assertThat(ran.err().lines().toList())
        .containsExactly(
            "headwater: events has no message at offset 2 any more: it was deleted",
            "headwater: events has the offsets [1, 5), not 0: start from 1 for the oldest record or 5 for the next one",
            "headwater: events has the offsets [1, 5), not 5: start from 1 for the oldest record or 5 for the next one");
  }

  @Test
  void findShowsTheLastOfAKeyAndTheFirstAtATime() {
    assertThat(find("--key", "a").out()).isEqualTo("2  1970-01-01T00:00:03Z  a  null\n");
    assertThat(find("--time", "1970-01-01T00:00:01.5", "--json").out())
        .startsWith("{\"offset\":1,");
    assertThat(find("--key", "none"))
        .isEqualTo(
            new Cli.Ran(
                1,
                "",
                "headwater: DATA/events has no message with the key \"none\"; --key-serde says what keys are\n"));
    var late = find("--time", "2030-01-01");
    assertThat(late.exitCode()).isEqualTo(1);
    assertThat(late.err()).contains("no message at or after the time").hasLineCount(1);
  }

  @Test
  void findUsesTheKeyIndexIfThereIsOne() {
    try (Log log = Log.open(folder, LogOptions.builder().keyIndex(true).build())) {
      log.publish(message(6000, "b", "last"));
    }

    assertThat(find("--key", "b").out()).startsWith("5 ");
    assertThat(find("--null-key").out()).startsWith("3 ");
    assertThat(find("--key", "none").exitCode()).isEqualTo(1);
  }

  @Test
  void aLogWithoutATimeIndexStaysOneAndSaysSo() {
    Path untimed = temporary.resolve("untimed");
    var options = LogOptions.builder().timeIndex(false).segmentBytes(200).build();
    try (Log log = Log.open(untimed, options)) {
      for (int i = 0; i < 6; i++) {
        log.publish(message(i, "k", "x".repeat(50)));
      }
    }

    cli.withInput("more\n").runElsewhere("log", "publish", untimed.toString());
    var ran = cli.runElsewhere("log", "find", untimed.toString(), "--time", "1970-01-01");

    assertThat(untimed.toFile().list()).noneMatch(name -> name.endsWith(".timeindex"));
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err())
        .isEqualTo(
            "headwater: untimed keeps no index by time; name an offset, or look through all of it with 'log consume'\n");
    assertThat(
            cli.runElsewhere("log", "consume", untimed.toString(), "--from", "1970-01-01")
                .exitCode())
        .isEqualTo(1);
    assertThat(cli.runElsewhere("log", "check", untimed.toString()).exitCode()).isZero();
  }

  @Test
  void messagesBehindDamageAreShownAndTheExitCodeSaysSo() throws IOException {
    Path segment = folder.resolve("00000000000000000000.log");
    long second = 61 + 12; // about: any byte of the second batch's records will do
    try (var file = new RandomAccessFile(segment.toFile(), "rw")) {
      file.seek(second + 70);
      file.write('?');
    }

    var ran = consume();

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.lines())
        .extracting(line -> line.substring(0, 1))
        .containsExactly("0", "2", "3", "4");
    assertThat(ran.err()).startsWith("headwater: events/0000").hasLineCount(1);
    assertThat(cli.runElsewhere("log", "get", folder.toString(), "1", "2").exitCode()).isEqualTo(1);
    assertThat(find("--key", "a").out()).startsWith("2 ");
    assertThat(find("--key", "a").exitCode()).isEqualTo(1);
  }

  @Test
  void damageInTheFirstBatchHidesOnlyThat() throws IOException {
    try (var file =
        new RandomAccessFile(folder.resolve("00000000000000000000.log").toFile(), "rw")) {
      file.seek(70);
      file.write('?');
    }

    assertThat(offsets()).isEqualTo("1 2 3 4");
    assertThat(consume().exitCode()).isEqualTo(1);
  }

  @Test
  void wherePartOfTheHeadersIsLostTheRestIsShown() throws IOException {
    damageLength(folder, 0);

    var committed = consume();
    var all = consume("--uncommitted");

    assertThat(committed.exitCode()).isEqualTo(1);
    assertThat(committed.err()).hasLineCount(1);
    assertThat(all.exitCode()).isEqualTo(1);
    assertThat(all.lines())
        .isEqualTo(committed.lines())
        .extracting(line -> line.substring(0, 1))
        .containsExactly("1", "2", "3", "4");
    assertThat(cli.runElsewhere("log", "stat", folder.toString(), "--json").out())
        .contains("\"messages\":4,");
  }

  @Test
  void whereTheEndOfATransactionIsLostTheRestHasToBeAskedFor() throws IOException {
    Path carts = temporary.resolve("carts");
    long marker;
    try (BatchLog log = BatchLog.open(Storage.disk(), carts, LogOptions.DEFAULT)) {
      log.append(batch("aborted").producer(1, (short) 0, -1, true));
      BatchBuilder abort = BatchBuilder.endOfTransaction(ControlType.ABORT, 1_000, 1, (short) 0, 0);
      log.append(abort);
      marker = abort.segmentPosition();
      log.append(batch("last"));
    }
    damageLength(carts, marker);

    var committed = cli.runElsewhere("log", "consume", carts.toString());
    var all = cli.runElsewhere("log", "consume", carts.toString(), "--uncommitted");

    assertThat(committed.exitCode()).isEqualTo(1);
    assertThat(committed.out()).isEmpty();
    assertThat(committed.err())
        .contains("which messages were aborted is not known")
        .endsWith("--uncommitted shows all that can be read\n")
        .hasLineCount(1);
    assertThat(all.out()).contains("aborted", "last").hasLineCount(2);
  }

  private static void damageLength(Path folder, long batch) throws IOException {
    try (var file =
        new RandomAccessFile(folder.resolve("00000000000000000000.log").toFile(), "rw")) {
      file.seek(batch + 8);
      file.writeInt(1 << 30);
    }
  }

  @Test
  void transactionsThatWereAbortedAreLeftOutUnlessAskedFor() {
    Path data = temporary.resolve("data");
    try (Broker broker = Broker.open(data, BrokerOptions.defaults())) {
      broker.createTopic(NewTopic.of("carts", 1));
      var partition = new TopicPartition("carts", 0);
      broker.append(partition, batch("plain"));
      try (var producer = broker.transactionalProducer("test")) {
        producer.begin();
        producer.append(partition, batch("aborted"));
        producer.abort();
      }
      broker.append(partition, batch("last"));
    }
    String carts = data.resolve("carts-0").toString();

    assertThat(cli.runElsewhere("log", "consume", carts).out())
        .contains("plain", "last")
        .doesNotContain("aborted")
        .hasLineCount(2);
    assertThat(cli.runElsewhere("log", "consume", carts, "--uncommitted").out())
        .contains("aborted")
        .hasLineCount(3);
    assertThat(cli.runElsewhere("log", "get", carts, "1").exitCode()).isEqualTo(1);
    assertThat(cli.runElsewhere("log", "get", carts, "1", "--uncommitted").out())
        .contains("aborted");
    assertThat(cli.runElsewhere("log", "find", carts, "--key", "k").out()).contains("last");
  }

  @Test
  void aWrongSerdeNamesTheOffset() {
    var ran = consume("--value-serde", "integer", "--json");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .startsWith("headwater: offset 0 cannot be shown with these serdes: ")
        .hasLineCount(1);
  }

  @Test
  void offsetsThatAreNotThereAreRefused() {
    assertThat(consume("--from", "6").err())
        .isEqualTo(
            "headwater: events has the offsets [0, 5), not 6: start from 0 for the oldest record or 5 for the next one\n");
    assertThat(consume("--from", "99999999999999999999").exitCode()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "consume --from soon",
        "consume --max -1",
        "consume --bytes-max -1",
        "consume --max many",
        "consume --key a --null-key",
        "consume 3",
        "get",
        "get 1970-01-01",
        "get first",
        "find",
        "find --key a --time 1970-01-01",
        "find --time soon"
      })
  void wrongCallsAreRefused(String call) {
    var words = new ArrayList<>(List.of(call.split(" ")));
    words.add(0, "log");
    words.add(2, folder.toString());

    var ran = cli.runElsewhere(words.toArray(String[]::new));

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).hasLineCount(1).contains("see 'headwater log ");
  }

  private Cli.Ran consume(String... options) {
    return ran("consume", options);
  }

  private Cli.Ran find(String... options) {
    return ran("find", options);
  }

  private Cli.Ran ran(String command, String... options) {
    var words = new ArrayList<>(List.of("log", command, folder.toString()));
    words.addAll(List.of(options));
    return cli.runElsewhere(words.toArray(String[]::new));
  }

  private String offsets(String... options) {
    return String.join(
        " ", consume(options).lines().stream().map(line -> line.substring(0, 1)).toList());
  }

  private static Message message(long timestampMs, @Nullable String key, @Nullable String value) {
    return Message.of(key == null ? null : bytes(key), value == null ? null : bytes(value))
        .withTimestamp(timestampMs);
  }

  private static BatchBuilder batch(String value) {
    return new BatchBuilder().append(1000, bytes("k"), bytes(value), Headers.EMPTY);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
