package io.headwater.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.headwater.broker.Broker;
import io.headwater.broker.BrokerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HeadwaterCommandTest {
  @TempDir private Path temporary = Path.of("");
  private Path data = Path.of("");
  private Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void nameAFolder() {
    data = temporary.resolve("data");
    cli = new Cli(data);
  }

  @Test
  void helpListsTheCommands() {
    var ran = cli.runElsewhere("--help");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out())
        .isEqualTo(
            """
            Usage: headwater [-hV] [--stacktrace] COMMAND
            Stateful stream processing that starts inside one process.
              -h, --help         Show how to call this command.
              -V, --version      Show the version.
                  --stacktrace   With an error, show where it came from.
            Commands:
              demo   Run 20,000 flights through a log and a topology into tables.
              topic  List, create, describe and delete topics.
              write  Write lines of JSON into a topic.
              read   Print the records of a topic.
              store  Look into the stores of an application, whether or not it runs.
              log    Write, read, check, mend, copy and trim the folder of one log.

            Exit code: 0 done, 1 failed, 2 called wrongly.
            Start with: headwater demo
            """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "topic",
        "topic list",
        "topic create",
        "topic describe",
        "topic delete",
        "write",
        "read",
        "store",
        "store list",
        "store get",
        "store range",
        "log",
        "log publish",
        "log consume",
        "log get",
        "log find",
        "log stat",
        "log check",
        "log recover",
        "log backup",
        "log trim",
        "log compact",
        "log delete",
        "log dump",
        "log bench"
      })
  void everyCommandHasHelp(String command) {
    var words = new ArrayList<>(List.of(command.split(" ")));
    words.removeIf(String::isEmpty);
    words.add("--help");

    var ran = cli.runElsewhere(words.toArray(String[]::new));

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).startsWith("Usage: headwater " + command);
    assertThat(ran.out().lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
  }

  @Test
  void aWrongCallIsOneLineWithNearNamesAndExitCode2() {
    assertThat(cli.runElsewhere("topics", "list"))
        .isEqualTo(
            new Cli.Ran(
                2,
                "",
                "headwater: no command topics; did you mean topic?; see 'headwater --help'\n"));
    assertThat(cli.runElsewhere("read", "t", "--fro", "oldest").err())
        .isEqualTo(
            "headwater: no option --fro; did you mean --from?; see 'headwater read --help'\n");
    assertThat(cli.runElsewhere("topic").exitCode()).isEqualTo(2);
    assertThat(cli.runElsewhere().exitCode()).isEqualTo(2);
    assertThat(cli.runElsewhere("read", "t", "--max", "many").exitCode()).isEqualTo(2);
    assertThat(cli.runElsewhere("read").exitCode()).isEqualTo(2);
    assertThat(cli.runElsewhere("read", "t", "u").exitCode()).isEqualTo(2);
  }

  @Test
  void aFolderThatIsNotThereIsNamed() {
    for (String command :
        List.of("topic list", "read t", "store list", "write t", "topic delete t")) {
      var ran = cli.run(command.split(" "));
      assertThat(ran.exitCode()).as(command).isEqualTo(1);
      assertThat(ran.err())
          .as(command)
          .isEqualTo(
              "headwater: DATA: no such folder; name one with --data, or make this one with 'headwater demo'\n");
    }
    assertThat(data).doesNotExist();
  }

  @Test
  void aFolderOfSomethingElseIsNotTouched() throws IOException {
    Files.createDirectories(data);
    Files.writeString(data.resolve("notes.txt"), "mine");

    assertThat(cli.run("topic", "list").err())
        .startsWith("headwater: DATA is not a Headwater data folder")
        .hasLineCount(1);
    assertThat(cli.run("topic", "create", "carts").err())
        .isEqualTo(
            "headwater: DATA is not a Headwater data folder and not empty; name another one with --data\n");
    assertThat(data.toFile().list()).containsExactly("notes.txt");
  }

  @Test
  void aFolderThatMayNotBeReadIsNamed() throws IOException {
    cli.run("topic", "create", "carts");
    assumeThat(data.toFile().setReadable(false)).isTrue();
    assumeThat(Files.isReadable(data)).as("a superuser may read everything").isFalse();

    for (String command : List.of("topic list", "read carts", "store list")) {
      var ran = cli.run(command.split(" "));
      assertThat(ran.exitCode()).as(command).isEqualTo(1);
      assertThat(ran.err())
          .as(command)
          .isEqualTo("headwater: DATA: no permission to read it; check its owner and mode\n");
    }
    assertThat(data.toFile().setReadable(true)).isTrue();
  }

  @Test
  void aFolderOfANewerFormatIsRefused() throws IOException {
    cli.run("topic", "create", "carts");
    Path format = data.resolve("meta.properties");
    Files.writeString(format, Files.readString(format).replaceAll("version=\\d+", "version=99"));

    for (String command : List.of("topic list", "topic create other")) {
      var ran = cli.run(command.split(" "));
      assertThat(ran.exitCode()).as(command).isEqualTo(1);
      assertThat(ran.err())
          .as(command)
          .startsWith("headwater: DATA has format version 99")
          .hasLineCount(1);
    }
  }

  @Test
  void aFolderInUseNamesTheProcessAndCanStillBeRead() {
    cli.run("topic", "create", "carts");
    try (Broker broker = Broker.open(data, BrokerOptions.defaults())) {
      assertThat(broker.topics()).contains("carts");

      var writing = cli.run("topic", "create", "more");
      var reading = cli.run("topic", "list");

      assertThat(writing.exitCode()).isEqualTo(1);
      assertThat(writing.err())
          .contains(Long.toString(ProcessHandle.current().pid()))
          .hasLineCount(1);
      assertThat(reading.exitCode()).isZero();
    }
  }

  @Test
  void readingCommandsChangeNothing() throws IOException {
    cli.withInput("{\"id\":1}\n").run("write", "carts", "--partitions", "1", "--key", "id");
    List<String> before = state(data);

    cli.run("topic", "list", "--internal");
    cli.run("topic", "describe", "carts");
    cli.run("read", "carts");
    cli.run("store", "list");
    cli.runElsewhere("log", "dump", data.resolve("carts-0").toString());

    assertThat(state(data)).isEqualTo(before);
  }

  @Test
  void aMistakeShowsNoStackTraceUnlessAskedFor() {
    assertThat(cli.run("topic", "list").err()).doesNotContain("at io.headwater");
    assertThat(cli.run("topic", "list", "--stacktrace").err()).contains("at io.headwater");
  }

  private static List<String> state(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      var state = new ArrayList<String>();
      for (Path file : files.sorted().toList()) {
        state.add(
            "%s %s %s"
                .formatted(
                    file,
                    Files.getLastModifiedTime(file),
                    Files.isRegularFile(file) ? Files.size(file) : "folder"));
      }
      return state;
    }
  }
}
