package io.headwater.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands as processes of their own, as the launcher starts them. */
@Timeout(300)
final class ProcessTest {
  @TempDir private Path temporary = Path.of("");
  private final List<Process> started = new ArrayList<>();
  private Path data = Path.of("");
  private Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void nameAFolder() {
    data = temporary.resolve("data");
    cli = new Cli(data);
  }

  @AfterEach
  void endProcesses() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void exitCodesAreThoseOfTheCommands() throws Exception {
    assertThat(start("out", "--help").waitFor()).isZero();
    assertThat(start("out", "topic", "list", "--data", data.toString()).waitFor()).isEqualTo(1);
    assertThat(start("out", "topics").waitFor()).isEqualTo(2);
    assertThat(Files.readString(temporary.resolve("out"))).isEmpty();
    assertThat(Files.readString(temporary.resolve("out.err")))
        .isEqualTo("headwater: no command topics; did you mean topic?; see 'headwater --help'\n");
  }

  @Test
  void aKilledDemoGoesOnWhereItWasAndComesToTheSame() throws Exception {
    Process demo = demo("--rate", "4000");
    awaitFlights(1000);

    // Beside the running demo: a second writer is told who runs, readers see its last commit.
    var writer = cli.run("topic", "create", "other");
    assertThat(writer.exitCode()).isEqualTo(1);
    assertThat(writer.err()).contains(Long.toString(demo.pid())).hasLineCount(1);
    assertThat(cli.run("read", "flights", "--json").lines()).hasSizeGreaterThanOrEqualTo(1000);
    assertThat(cli.run("store", "list", "--json").lines()).hasSize(2);

    demo.destroyForcibly().waitFor();
    long atFirstKill = flights();
    demo = demo("--rate", "4000");
    awaitFlights(atFirstKill + 2000);
    demo.destroyForcibly().waitFor();
    assertThat(flights()).isLessThan(20_000);

    assertThat(demo().waitFor()).isZero();
    assertThat(DemoData.totalsStore(cli)).isEqualTo(ExpectedTotals.byOrigin());
    assertThat(DemoData.dailyStore(cli)).isEqualTo(ExpectedTotals.byOriginAndDay());
    assertThat(DemoData.topic(cli, "origin-totals")).isEqualTo(ExpectedTotals.byOrigin());
    assertThat(DemoData.topic(cli, "origin-daily")).isEqualTo(ExpectedTotals.byOriginAndDay());
    assertThat(cli.run("read", "flights", "--json").lines()).hasSize(20_000);
  }

  @Test
  void anInterruptedDemoClosesItsFolder() throws Exception {
    Process demo = demo("--rate", "1000");
    awaitFlights(200);

    demo.destroy();
    demo.waitFor();

    assertThat(Files.readString(temporary.resolve("demo.err")))
        .contains("of 20,000 flights; run it again to go on\n")
        .doesNotContain("Exception");
    assertThat(cli.run("topic", "create", "other").exitCode()).isZero();
  }

  @Test
  void aKilledPublisherLeavesWholeMessagesInOrderAndAFollowerSeesWhatComesNext() throws Exception {
    String log = temporary.resolve("events").toString();
    Process publisher = start("publish", "log", "publish", log, "--create");
    Thread feeder = feed(publisher);
    awaitMessages(log, 5_000, publisher);
    Process follower = start("follow", "log", "consume", log, "--follow", "--json");

    var trim = cli.runElsewhere("log", "trim", log, "--max-count", "0");
    assertThat(trim.exitCode()).isEqualTo(1);
    assertThat(trim.err()).contains(Long.toString(publisher.pid())).hasLineCount(1);

    publisher.destroyForcibly().waitFor();
    feeder.join();
    cli.withInput("last\n");
    assertThat(cli.runElsewhere("log", "publish", log).exitCode()).isZero();

    List<String> lines = cli.runElsewhere("log", "consume", log, "--json").lines();
    assertThat(lines).hasSizeGreaterThan(5_000);
    for (int i = 0; i < lines.size() - 1; i++) {
      assertThat(lines.get(i)).contains("\"offset\":" + i + ",", "\"value\":\"" + i + "\"");
    }
    assertThat(lines.get(lines.size() - 1)).contains("\"value\":\"last\"");
    assertThat(cli.runElsewhere("log", "check", log).exitCode()).isZero();

    Path followed = temporary.resolve("follow");
    while (!Files.readString(followed).contains("\"last\",\"headers\":[]}\n")) {
      assertThat(follower.waitFor(20, TimeUnit.MILLISECONDS)).as("it ended").isFalse();
    }
    follower.destroy();
    follower.waitFor();
    assertThat(Files.readAllLines(followed)).isEqualTo(lines);
  }

  /** Feeds a process with the numbers from 0 on, a line each, until it ends. */
  private static Thread feed(Process process) {
    var feeder =
        new Thread(
            () -> {
              try (var lines = process.outputWriter()) {
                for (long i = 0; ; i++) {
                  lines.write(i + "\n");
                }
              } catch (IOException e) {
                // It was killed.
              }
            });
    feeder.start();
    return feeder;
  }

  /** Waits until a log has so many messages. Before it is there the command fails. */
  private void awaitMessages(String log, long count, Process writer) throws InterruptedException {
    while (cli.runElsewhere("log", "get", log, Long.toString(count)).exitCode() != 0) {
      if (writer.waitFor(20, TimeUnit.MILLISECONDS)) {
        throw new AssertionError("the process ended too early, with code " + writer.exitValue());
      }
    }
  }

  private Process demo(String... options) throws IOException {
    var words = new ArrayList<>(List.of("demo", "--data", data.toString()));
    words.addAll(List.of(options));
    return start("demo", words.toArray(String[]::new));
  }

  /** Starts a command; what it prints is in two files. */
  private Process start(String file, String... words) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path", ""),
            Main.class.getName()));
    command.addAll(List.of(words));
    File out = temporary.resolve(file).toFile();
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out)
            .redirectError(temporary.resolve(file + ".err").toFile())
            .start();
    started.add(process);
    return process;
  }

  /** Waits until so many flights are committed. */
  private void awaitFlights(long count) throws InterruptedException {
    while (flights() < count) {
      Process last = started.get(started.size() - 1);
      if (last.waitFor(20, TimeUnit.MILLISECONDS)) {
        throw new AssertionError("the process ended too early, with code " + last.exitValue());
      }
    }
  }

  /** How many flights a reader sees. Before the topic is there it fails, and prints nothing. */
  private long flights() {
    return cli.run("read", "flights").lines().size();
  }
}
