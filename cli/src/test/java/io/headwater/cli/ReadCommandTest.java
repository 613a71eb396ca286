package io.headwater.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.broker.Broker;
import io.headwater.broker.BrokerOptions;
import io.headwater.broker.NewTopic;
import io.headwater.broker.TopicPartition;
import io.headwater.log.record.BatchBuilder;
import io.headwater.serde.Headers;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReadCommandTest {
  @TempDir private Path data = Path.of("");
  private Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void writeSomeRecords() {
    cli = new Cli(data);
    try (Broker broker = Broker.open(data, BrokerOptions.defaults())) {
      broker.createTopic(NewTopic.of("carts", 2));
      append(broker, 0, 1000, "a", "{\"n\": 1}");
      append(broker, 1, 2000, "b", "two");
      append(broker, 0, 3000, "c", null);
      append(broker, 1, 4000, null, "");
    }
  }

  @Test
  void recordsOfSeveralPartitionsAreShownInTheOrderOfTheirTimestamps() {
    assertThat(cli.run("read", "carts").out())
        .isEqualTo(
            """
            0:0  1970-01-01T00:00:01Z  a  {"n":1}  h=v
            1:0  1970-01-01T00:00:02Z  b  two  h=v
            0:1  1970-01-01T00:00:03Z  c  null  h=v
            1:1  1970-01-01T00:00:04Z  null    h=v
            """);
  }

  @Test
  void jsonHasOneObjectARecord() {
    assertThat(cli.run("read", "carts", "--json", "--max", "3").out())
        .isEqualTo(
            """
            {"partition":0,"offset":0,"timestamp":1000,"key":"a","value":{"n":1},"headers":[{"key":"h","value":"v"}]}
            {"partition":1,"offset":0,"timestamp":2000,"key":"b","value":"two","headers":[{"key":"h","value":"v"}]}
            {"partition":0,"offset":1,"timestamp":3000,"key":"c","value":null,"headers":[{"key":"h","value":"v"}]}
            """);
  }

  @ParameterizedTest
  @CsvSource({
    "oldest, 0:0 1:0 0:1 1:1",
    "newest, ''",
    "1970-01-01T00:00:02Z, 1:0 0:1 1:1",
    "1970-01-01T00:00:03, 0:1 1:1",
    "1970-01-02, ''",
    "1969-12-31, 0:0 1:0 0:1 1:1",
  })
  void readingBeginsWhereItIsTold(String from, String places) {
    assertThat(places(cli.run("read", "carts", "--from", from))).isEqualTo(places);
  }

  @ParameterizedTest
  @CsvSource({"0, 1:0 1:1", "1, 1:1", "2, ''"})
  void anOffsetIsOneOfAPartition(String offset, String places) {
    var ran = cli.run("read", "carts", "--from", offset, "--partition", "1");
    assertThat(places(ran)).isEqualTo(places);
  }

  @Test
  void placesThatAreNotThereAreRefused() {
    assertThat(cli.run("read", "carts", "--from", "0").exitCode()).isEqualTo(2);
    assertThat(cli.run("read", "carts", "--from", "0").err())
        .isEqualTo(
            "headwater: an offset is one of a partition: add --partition; see 'headwater read --help'\n");
    assertThat(cli.run("read", "carts", "--from", "3", "--partition", "1").err())
        .isEqualTo(
            "headwater: partition 1 of carts has offsets from 0, and the next record there will get 2; 3 is none\n");
    assertThat(cli.run("read", "carts", "--partition", "2").err())
        .isEqualTo("headwater: topic carts has no partition 2: its partitions are 0 to 1\n");
    assertThat(cli.run("read", "carts", "--from", "noon").exitCode()).isEqualTo(2);
    assertThat(cli.run("read", "carts", "--max", "-1").exitCode()).isEqualTo(2);
    assertThat(cli.run("read", "cart").err())
        .isEqualTo("headwater: there is no topic 'cart'; did you mean carts?\n");
  }

  @Test
  void aSerdeSaysWhatKeysAndValuesAre() {
    try (Broker broker = Broker.open(data, BrokerOptions.defaults())) {
      broker.createTopic(NewTopic.of("numbers", 1));
      broker.append(
          new TopicPartition("numbers", 0),
          new BatchBuilder()
              .append(
                  0, new byte[] {0, 0, 0, 7}, new byte[] {0, 0, 0, 0, 0, 0, 0, 9}, Headers.EMPTY));
    }

    assertThat(
            cli.run("read", "numbers", "--key-serde", "integer", "--value-serde", "long", "--json")
                .out())
        .contains("\"key\":7,\"value\":9,");
    assertThat(cli.run("read", "numbers", "--json").out())
        .contains("\"key\":{\"base64\":\"AAAABw==\"}");
    assertThat(cli.run("read", "numbers", "--key-serde", "uuid").err())
        .startsWith("headwater: ")
        .contains("numbers")
        .hasLineCount(1);
  }

  @Test
  void recordsOfAnAbortedAndOfAnOpenTransactionAreNotShown() {
    try (Broker broker = Broker.open(data, BrokerOptions.defaults());
        var producer = broker.transactionalProducer("test")) {
      producer.begin();
      producer.append(new TopicPartition("carts", 0), batch(5000, "x", "aborted"));
      producer.abort();
      producer.begin();
      producer.append(new TopicPartition("carts", 0), batch(6000, "y", "committed"));
      producer.commit();
      producer.begin();
      producer.append(new TopicPartition("carts", 0), batch(7000, "z", "open"));

      assertThat(cli.run("read", "carts").out())
          .contains("committed")
          .doesNotContain("aborted", "open");
    }
  }

  @Test
  @Timeout(60)
  void followingShowsWhatIsCommittedLater() {
    var stop = new Stop();
    try (Broker broker = Broker.open(data, BrokerOptions.defaults());
        var printed = new PipedLines()) {
      var reader =
          CompletableFuture.supplyAsync(
              () ->
                  HeadwaterCommand.run(
                      printed.console(stop),
                      "read",
                      "carts",
                      "--follow",
                      "--from",
                      "oldest",
                      "--data",
                      data.toString()));
      for (int i = 0; i < 4; i++) {
        printed.next();
      }
      for (int i = 0; i < 3; i++) {
        append(broker, 0, 5000 + i, "k", "later" + i);
        assertThat(printed.next()).contains("later" + i);
      }
      stop.request();
      assertThat(reader.join()).isZero();
    }
  }

  private static String places(Cli.Ran ran) {
    assertThat(ran.err()).isEmpty();
    return ran.lines().stream()
        .map(line -> line.substring(0, line.indexOf(' ')))
        .collect(Collectors.joining(" "));
  }

  private static void append(
      Broker broker,
      int partition,
      long timestampMs,
      @Nullable String key,
      @Nullable String value) {
    broker.append(new TopicPartition("carts", partition), batch(timestampMs, key, value));
  }

  private static BatchBuilder batch(
      long timestampMs, @Nullable String key, @Nullable String value) {
    return new BatchBuilder()
        .append(
            timestampMs,
            key == null ? null : key.getBytes(UTF_8),
            value == null ? null : value.getBytes(UTF_8),
            Headers.EMPTY.add("h", "v".getBytes(UTF_8)));
  }
}
