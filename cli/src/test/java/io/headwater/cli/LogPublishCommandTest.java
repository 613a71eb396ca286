package io.headwater.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.Log;
import io.headwater.log.LogOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LogPublishCommandTest {
  @TempDir private Path temporary = Path.of("");
  private Cli cli = new Cli(Path.of(""));
  private String log = "";
  private Path file = Path.of("");

  @BeforeEach
  void nameAFolder() {
    cli = new Cli(temporary);
    log = temporary.resolve("events").toString();
    file = temporary.resolve("lines");
  }

  @Test
  void aLogIsMadeWhenAskedForAndTheNextOffsetPrinted() {
    var refused = cli.withInput("a\n").runElsewhere("log", "publish", log);
    assertThat(refused)
        .isEqualTo(
            new Cli.Ran(
                1,
                "",
                "headwater: DATA/events: no such folder; name the folder of a log, or make one with 'log publish --create'\n"));

    assertThat(cli.withInput("a\nb\n").runElsewhere("log", "publish", log, "--create"))
        .isEqualTo(
            new Cli.Ran(
                0,
                "2\n",
                """
                created log DATA/events
                standard input: 2 messages published to DATA/events
                """));
    assertThat(cli.withInput("c").runElsewhere("log", "publish", log, "-", "--create", "--json"))
        .isEqualTo(new Cli.Ran(0, "{\"published\":1,\"blank\":0,\"nextOffset\":3}\n", ""));
  }

  @Test
  void aLineIsAnyBytesAndAnEmptyOneAnEmptyValue() throws IOException {
    Files.write(file, new byte[] {'a', '\n', '\n', (byte) 0xff, '\n'});

    publish(file.toString());

    assertThat(consumed())
        .isEqualTo(
            """
            {"offset":0,"timestamp":1767323045000,"key":null,"value":"a","headers":[]}
            {"offset":1,"timestamp":1767323045000,"key":null,"value":"","headers":[]}
            {"offset":2,"timestamp":1767323045000,"key":null,"value":{"base64":"/w=="},"headers":[]}
            """);
  }

  @Test
  void fieldsTellKeyAndTimeAndNullIsNoKey() throws IOException {
    Files.writeString(
        file,
        """
        {"id":"a","at":"2001-01-01T00:47Z"}

        {"id":null,"at":1000}
        {"id":"","at":0}
        """);

    var ran = publish(file.toString(), "--key-field", "id", "--timestamp-field", "at");

    assertThat(ran.err()).endsWith("lines: 3 messages published to DATA/events, 1 blank\n");
    assertThat(consumed())
        .isEqualTo(
            """
            {"offset":0,"timestamp":978310020000,"key":"a","value":{"id":"a","at":"2001-01-01T00:47Z"},"headers":[]}
            {"offset":1,"timestamp":1000,"key":null,"value":{"id":null,"at":1000},"headers":[]}
            {"offset":2,"timestamp":0,"key":"","value":{"id":"","at":0},"headers":[]}
            """);
  }

  @Test
  void keyHeadersAndSerdesAreThoseThatWereNamed() {
    cli.withInput("7\n");
    publish(
        "-",
        "--key",
        "12",
        "--key-serde",
        "long",
        "--value-serde",
        "integer",
        "--header",
        "h=v",
        "--header",
        "h=",
        "--sync");

    assertThat(
            cli.runElsewhere(
                    "log", "consume", log, "--key-serde", "long", "--value-serde", "integer")
                .out())
        .isEqualTo("0  2026-01-02T03:04:05Z  12  7  h=v  h=\n");
  }

  @Test
  void whatConsumePrintsCanBePublished() {
    String lines =
        """
        {"offset":5,"timestamp":1000,"key":"a","value":null,"headers":[{"key":"h","value":null}]}
        {"offset":6,"timestamp":2000,"key":null,"value":"","headers":[]}
        {"offset":7,"timestamp":3000,"key":{"base64":"/w=="},"value":{"n":[1,"x"]},"headers":[]}
        """;

    cli.withInput(lines + "{\"value\":12,\"timestamp\":\"1970-01-01T00:00:04\"}\n");
    publish("-", "--messages");

    assertThat(consumed())
        .isEqualTo(
            lines.replace(":5,", ":0,").replace(":6,", ":1,").replace(":7,", ":2,")
                + "{\"offset\":3,\"timestamp\":4000,\"key\":null,\"value\":\"12\",\"headers\":[]}\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "[1]",
        "{\"key\":1} 2",
        "{\"keys\":1}",
        "{\"key\":1,\"key\":2}",
        "{\"timestamp\":1.5}",
        "{\"timestamp\":-7}",
        "{\"timestamp\":\"soon\"}",
        "{\"key\":{\"base64\":\"?\"}}",
        "{\"headers\":{\"a\":\"b\"}}",
        "{\"headers\":[{\"value\":\"b\"}]}",
        "{\"headers\":[{\"key\":\"a\",\"more\":1}]}",
        "{\"headers\":[7]}",
        "{\"key\":"
      })
  void aMalformedMessageEndsItAndTheLinesBeforeItArePublished(String line) {
    cli.withInput("{\"value\":\"good\"}\n" + line + "\n{\"value\":\"more\"}\n");

    var ran = publish("-", "--messages");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out()).isEqualTo("1\n");
    assertThat(ran.err().lines().toList())
        .hasSize(3)
        .last()
        .asString()
        .startsWith("headwater: standard input line 2: ")
        .endsWith("; the lines before it are published: mend it and publish the rest");
    assertThat(consumed()).hasLineCount(1).contains("good");
  }

  @Test
  void malformedLinesAreNamedByTheirField() {
    cli.withInput("{\"id\":1}\n{\"name\":2}\n");
    assertThat(publish("-", "--key-field", "id").err())
        .contains("headwater: standard input line 2: no field \"id\"; fields are name; the lines");
    cli.withInput("{\"at\":\"1969-12-31\"}\n");
    assertThat(publish("-", "--timestamp-field", "at").err())
        .contains("line 1: field \"at\" is 1969-12-31T00:00:00Z, and a log begins with 1970; ");
    cli.withInput("seven\n");
    assertThat(publish("-", "--value-serde", "long").err())
        .contains("line 1: \"seven\" is no long: ");
    assertThat(consumed()).hasLineCount(1);
  }

  @Test
  void wrongOptionsAreRefusedBeforeAnythingIsMade() {
    String[][] wrong = {
      {"--key", "a", "--key-field", "b"},
      {"--messages", "--key", "a"},
      {"--messages", "--timestamp-field", "at"},
      {"--timestamp-format", "yyyy"},
      {"--timestamp-field", "at", "--timestamp-format", "{{"},
      {"--header", "nameless"},
      {"--compression", "rar"},
      {"lines", "more"},
    };
    for (String[] options : wrong) {
      var words = new ArrayList<String>();
      words.add(options[0].startsWith("--") ? "-" : options[0]);
      words.addAll(
          Arrays.asList(options).subList(options[0].startsWith("--") ? 0 : 1, options.length));
      var ran = publish(words.toArray(String[]::new));
      assertThat(ran.exitCode()).as("%s", words).isEqualTo(2);
      assertThat(ran.err()).as("%s", words).hasLineCount(1);
    }
    assertThat(publish("-", "--key-serde", "lnog", "--key", "1").err())
        .startsWith("headwater: no serde \"lnog\"; ");
    assertThat(publish(temporary.resolve("none").toString()).err())
        .isEqualTo("headwater: DATA/none: no such file or folder\n");
    assertThat(publish(temporary.toString()).err())
        .isEqualTo("headwater: DATA: is a folder, not a file of lines\n");
    assertThat(Path.of(log)).doesNotExist();
  }

  @Test
  void aFolderOfSomethingElseIsNotTouched() throws IOException {
    Files.writeString(temporary.resolve("notes.txt"), "mine");
    Files.createDirectory(Path.of(log));

    assertThat(cli.runElsewhere("log", "publish", temporary.toString(), "--create").err())
        .isEqualTo("headwater: DATA is no log and not empty; name another folder, or a new one\n");
    assertThat(cli.runElsewhere("log", "publish", log).err())
        .startsWith("headwater: DATA/events is no log: it has no segments (*.log); ");
    assertThat(
            cli.runElsewhere(
                    "log", "publish", temporary.resolve("notes.txt").toString(), "--create")
                .err())
        .isEqualTo("headwater: DATA/notes.txt is a file, not a folder; name the folder of a log\n");
    assertThat(cli.withInput("1\n").runElsewhere("log", "publish", log, "--create").exitCode())
        .as("an empty folder may become a log")
        .isZero();
    assertThat(temporary.toFile().list()).containsExactlyInAnyOrder("notes.txt", "events");
  }

  @Test
  void aLogInUseNamesTheProcess() {
    cli.withInput("1\n");
    publish("-");
    try (Log held = Log.open(Path.of(log))) {
      var ran = cli.withInput("2\n").runElsewhere("log", "publish", log);

      assertThat(ran.exitCode()).isEqualTo(1);
      assertThat(ran.err()).contains(Long.toString(ProcessHandle.current().pid())).hasLineCount(1);
      assertThat(held.nextOffset()).isEqualTo(1);
    }
  }

  @Test
  void aLineIsVisibleBeforeTheNextOneIsAwaited() {
    cli.withInput("0\n");
    publish("-");
    var reader = new Cli(temporary);
    var seen = new StringBuilder();
    InputStream slow =
        new InputStream() {
          private final InputStream lines = new ByteArrayInputStream("1\n2\n".getBytes(UTF_8));
          private int count;

          @Override
          public int read() {
            throw new UnsupportedOperationException("the command reads blocks");
          }

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            if (count++ > 0) {
              seen.append(reader.runElsewhere("log", "get", log, "newest").out());
            }
            return lines.read(target, offset, Math.min(length, 2));
          }
        };

    cli.withInput(slow);
    publish("-");

    assertThat(seen.toString().lines().map(line -> line.replaceAll("^.*null  ", "")))
        .containsExactly("1", "2");
  }

  @Test
  void manyAndLargeLinesGoInAsManyBatchesAsTheyNeed() throws IOException {
    String large = "x".repeat(2 << 20);
    Files.writeString(file, "1\n".repeat(2500) + large + "\n3\n" + "y".repeat(200_000) + "\n");

    assertThat(publish(file.toString()).out()).isEqualTo("2503\n");
    assertThat(cli.runElsewhere("log", "get", log, "2500").out()).endsWith("  " + large + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
  void everyCompressionIsThereAtRunTime(String compression) {
    cli.withInput("one\ntwo\n".repeat(100));

    publish("-", "--compression", compression);

    assertThat(cli.runElsewhere("log", "get", log, "199").out()).endsWith("  null  two\n");
    assertThat(cli.runElsewhere("log", "dump", log, "--batches", "--json").out())
        .contains("\"compression\":\"" + compression.toUpperCase(Locale.ROOT) + "\"");
  }

  @Test
  void anIndexOfTheKeysStaysWhoeverPublishes() {
    try (Log indexed = Log.open(Path.of(log), LogOptions.builder().keyIndex(true).build())) {
      indexed.publish("a".getBytes(UTF_8), "1".getBytes(UTF_8));
    }
    cli.withInput("2\n");
    publish("-", "--key", "a");

    assertThat(Path.of(log).toFile().list()).anyMatch(name -> name.contains("keyindex"));
    assertThat(cli.runElsewhere("log", "find", log, "--key", "a").out()).endsWith("  a  2\n");
  }

  private Cli.Ran publish(String... options) {
    var words = new ArrayList<>(List.of("log", "publish", log));
    words.addAll(List.of(options));
    words.add("--create");
    return cli.runElsewhere(words.toArray(String[]::new));
  }

  private String consumed() {
    return cli.runElsewhere("log", "consume", log, "--json").out();
  }
}
