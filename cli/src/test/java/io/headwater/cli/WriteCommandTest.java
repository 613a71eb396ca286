package io.headwater.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WriteCommandTest {
  @TempDir private Path temporary = Path.of("");
  private Cli cli = new Cli(Path.of(""));
  private Path file = Path.of("");

  @BeforeEach
  void makeATopic() {
    cli = new Cli(temporary.resolve("data"));
    cli.run("topic", "create", "carts");
    file = temporary.resolve("carts.jsonl");
  }

  @Test
  void everyLineBecomesARecordWithKeyAndTimestampFromItsFields() throws IOException {
    Files.writeString(
        file,
        """
        {"id":"a","at":"2001-01-01T00:47Z"}

        {"id":17,"at":1000}
        """);

    var ran = cli.run("write", "carts", file.toString(), "--key", "id", "--timestamp", "at");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).isEqualTo("carts.jsonl: 2 lines written to carts, 1 blank\n");
    assertThat(cli.run("read", "carts").out())
        .isEqualTo(
            """
            0:0  2001-01-01T00:47:00Z  a  {"id":"a","at":"2001-01-01T00:47Z"}
            0:1  1970-01-01T00:00:01Z  17  {"id":17,"at":1000}
            """);
  }

  @Test
  void aLineMayBeLargerThanWhatABatchOfSeveralRecordsHolds() throws IOException {
    String large = "\"" + "x".repeat(1 << 20) + "\"";
    Files.writeString(file, "1\n" + large + "\n3\n");

    assertThat(cli.run("write", "carts", file.toString()).err())
        .isEqualTo("carts.jsonl: 3 lines written to carts\n");
    assertThat(cli.run("read", "carts").out().lines().map(line -> line.replaceAll("^.*null  ", "")))
        .containsExactly("1", large, "3");
  }

  @Test
  void theTimestampMayBeSpelledOtherwiseOrBeThatOfWriting() throws IOException {
    Files.writeString(file, "{\"date\":\"2001/01/01 00:47\"}\n");
    cli.run(
        "write",
        "carts",
        file.toString(),
        "--timestamp",
        "date",
        "--timestamp-format",
        "yyyy/MM/dd HH:mm");
    cli.withInput("7\n").run("write", "carts");

    assertThat(cli.run("read", "carts").out())
        .isEqualTo(
            """
            0:0  2001-01-01T00:47:00Z  null  {"date":"2001/01/01 00:47"}
            0:2  2026-01-02T03:04:05Z  null  7
            """);
  }

  @Test
  void runningItAgainGoesOnAfterTheLastLine() throws IOException {
    Files.writeString(file, "1\n2\n");
    cli.run("write", "carts", file.toString());
    Files.writeString(file, "3\n", StandardOpenOption.APPEND);

    var second = cli.run("write", "carts", file.toString(), "--json");
    var third = cli.run("write", "carts", file.toString());

    assertThat(second.out())
        .isEqualTo(
            """
            {"topic":"carts","source":"carts.jsonl","written":1,"alreadyThere":2,"blank":0,"deadLettered":0}
            """);
    assertThat(third.err())
        .isEqualTo("carts.jsonl: 0 lines written to carts, 3 were there already\n");
    assertThat(values("carts")).isEqualTo("1 2 3");
  }

  @Test
  void anotherFileOfTheSameNameIsRefusedUnlessItGetsANameOfItsOwn() throws IOException {
    Files.writeString(file, "1\n2\n");
    cli.run("write", "carts", file.toString());
    Files.writeString(file, "8\n9\n10\n");

    var refused = cli.run("write", "carts", file.toString());
    Files.writeString(file, "1\n");
    var shorter = cli.run("write", "carts", file.toString());
    Files.writeString(file, "8\n9\n10\n");
    var named = cli.run("write", "carts", file.toString(), "--source", "more");

    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err())
        .isEqualTo(
            """
            headwater: topic carts has 2 lines of another carts.jsonl, which began otherwise; \
            to write this one too, name it with --source
            """);
    assertThat(shorter.exitCode()).isEqualTo(1);
    assertThat(named.exitCode()).isZero();
    assertThat(values("carts")).isEqualTo("1 2 8 9 10");
  }

  @Test
  void standardInputIsWrittenEachTimeUnlessItHasAName() {
    cli.withInput("1\n2\n").run("write", "carts");
    cli.withInput("1\n2\n").run("write", "carts");
    cli.withInput("1\n2\n").run("write", "carts", "--source", "feed");
    var again = cli.withInput("1\n2\n3\n").run("write", "carts", "-", "--source", "feed");

    assertThat(values("carts")).isEqualTo("1 2 1 2 1 2 3");
    assertThat(again.err())
        .isEqualTo("standard input: 1 lines written to carts, 2 were there already\n");
  }

  @Test
  void aMalformedLineStopsTheWriterAndTheMendedFileGoesOnThere() throws IOException {
    Files.writeString(file, "{\"id\":1}\n{\"id\":2}\n{\"id\":\n{\"id\":4}\n");

    var ran = cli.run("write", "carts", file.toString(), "--key", "id");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err())
        .startsWith("carts.jsonl: 2 lines written to carts\n")
        .contains("headwater: carts.jsonl line 3: not JSON: ")
        .hasLineCount(2);
    assertThat(values("carts")).isEqualTo("{\"id\":1} {\"id\":2}");

    Files.writeString(file, "{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n{\"id\":4}\n");
    assertThat(cli.run("write", "carts", file.toString(), "--key", "id").exitCode()).isZero();
    assertThat(values("carts")).isEqualTo("{\"id\":1} {\"id\":2} {\"id\":3} {\"id\":4}");
  }

  @Test
  void malformedLinesGoToTheDeadLetterTopicWithTheirPlaceAndReason() throws IOException {
    Files.writeString(file, "{\"id\":1}\nnonsense\n{\"name\":3}\n{\"id\":4}\n");

    var ran =
        cli.run("write", "carts", file.toString(), "--key", "id", "--dead-letter", "bad", "--json");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).contains("\"written\":2,", "\"deadLettered\":2}");
    assertThat(values("carts")).isEqualTo("{\"id\":1} {\"id\":4}");
    assertThat(cli.run("read", "bad", "--json").lines())
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .contains("\"key\":null,\"value\":\"nonsense\"")
                    .contains("{\"key\":\"source\",\"value\":\"carts.jsonl\"}")
                    .contains("{\"key\":\"line\",\"value\":\"2\"}")
                    .contains("{\"key\":\"error\",\"value\":\"not JSON: "),
            second ->
                assertThat(second)
                    .contains("\"value\":{\"name\":3}")
                    .contains("no field \\\"id\\\"; fields are name"));
  }

  @Test
  void anUnknownTopicIsRefusedAndPartitionsCreateIt() {
    var refused = cli.withInput("1\n").run("write", "cart");
    var created = cli.withInput("1\n2\n3\n").run("write", "orders", "--partitions", "2");

    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err())
        .isEqualTo(
            "headwater: there is no topic 'cart'; did you mean carts?; --partitions N creates it\n");
    assertThat(created.err())
        .isEqualTo(
            """
            created topic orders with 2 partitions
            standard input: 3 lines written to orders
            """);
    assertThat(cli.withInput("4\n").run("write", "orders", "--partitions", "3").err())
        .isEqualTo("headwater: topic orders has 2 partitions, not 3; leave out --partitions\n");
  }

  @ParameterizedTest
  @CsvSource({"ATL,0", "ORD,1", "DTW,2", "x,1", "Zürich,1", "'',0"})
  void aKeyGoesIntoThePartitionThatKafkaChooses(String key, int partition) {
    cli.withInput("{\"id\":\"%s\"}\n".formatted(key))
        .run("write", "spread", "--partitions", "3", "--key", "id");

    assertThat(cli.run("read", "spread", "--json").out())
        .startsWith("{\"partition\":%d,".formatted(partition));
  }

  @Test
  void aStopEndsItBetweenTwoLinesAndTheNextRunGoesOn() throws IOException {
    Files.writeString(file, "1\n2\n3\n");
    var stop = new Stop();
    stop.request();

    cli.withStop(stop).run("write", "carts", file.toString());
    assertThat(values("carts")).isEmpty();

    cli.withStop(new Stop()).run("write", "carts", file.toString());
    assertThat(values("carts")).isEqualTo("1 2 3");
  }

  @Test
  void aLineIsVisibleBeforeTheWriterWaitsForTheNextOne() throws IOException {
    var seen = new StringBuilder();
    var reader = new Cli(temporary.resolve("data"));
    InputStream slow =
        new InputStream() {
          private final InputStream lines = new ByteArrayInputStream("1\n2\n".getBytes(UTF_8));
          private int count;

          @Override
          public int read() {
            throw new UnsupportedOperationException("the writer reads blocks");
          }

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            if (count++ > 0) {
              seen.append(reader.run("topic", "list", "--json").lines().get(0)).append('\n');
            }
            return lines.read(target, offset, Math.min(length, 2));
          }
        };

    cli.withInput(slow).run("write", "carts");

    assertThat(seen.toString().lines().map(line -> line.replaceAll(".*offsets\":(\\d+).*", "$1")))
        .containsExactly("2", "4");
  }

  @Test
  void wrongOptionsAreRefusedBeforeAnythingIsWritten() {
    assertThat(cli.withInput("1\n").run("write", "carts", "--rate", "0").exitCode()).isEqualTo(2);
    assertThat(cli.run("write", "carts", "--timestamp-format", "yyyy").err())
        .startsWith("headwater: --timestamp-format needs --timestamp");
    assertThat(
            cli.run("write", "carts", "--timestamp", "at", "--timestamp-format", "{{").exitCode())
        .isEqualTo(2);
    assertThat(cli.withInput("{\n").run("write", "carts", "--dead-letter", "carts").exitCode())
        .isEqualTo(2);
    assertThat(cli.run("write").exitCode()).isEqualTo(2);
    assertThat(values("carts")).isEmpty();
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    var ran = cli.run("write", "carts", temporary.resolve("none.jsonl").toString());

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).endsWith("none.jsonl: no such file or folder\n").hasLineCount(1);
    assertThat(cli.run("write", "carts", temporary.toString()).err())
        .endsWith(": is a folder, not a file of lines\n");
  }

  @Test
  void aTopicThatWasDeletedIsWrittenFromTheFirstLineAgain() throws IOException {
    Files.writeString(file, "1\n2\n");
    cli.run("write", "carts", file.toString());
    cli.run("topic", "delete", "carts");

    cli.run("write", "carts", file.toString(), "--partitions", "1");

    assertThat(values("carts")).isEqualTo("1 2");
  }

  private String values(String topic) {
    return cli.run("read", topic, "--json").lines().stream()
        .map(line -> line.replaceAll(".*\"value\":(.*),\"headers\".*", "$1"))
        .map(value -> value.replaceAll("^\"(.*)\"$", "$1"))
        .collect(Collectors.joining(" "));
  }
}
