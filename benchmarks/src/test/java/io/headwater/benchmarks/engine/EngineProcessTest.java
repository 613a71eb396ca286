package io.headwater.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.benchmarks.workload.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineProcessTest {
  /** Answers with what it is told; fails in rounds 3 and 4; waits for ever in round 2. */
  static final class Echo implements Engine {
    private final Path closed;
    private long loads;

    Echo(Path closed) {
      this.closed = closed;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
      EngineServer.serve(() -> new Echo(Path.of(args[0])));
    }

    @Override
    public void load() {
      System.out.println("a word that is no answer");
      loads++;
    }

    @Override
    public Round run(int number) throws InterruptedException {
      if (number == 2) {
        Thread.sleep(Long.MAX_VALUE);
      }
      if (number == 3) {
        throw new IllegalStateException("no third\nround");
      }
      if (number == 4) {
        throw new NoClassDefFoundError("round/four");
      }
      return new Round(12, new Outcome(number, loads, -3));
    }

    @Override
    public void close() throws IOException {
      Files.createFile(closed);
    }
  }

  @TempDir Path folder;

  @Test
  void anEngineAnswersFromItsOwnProcess() throws IOException {
    try (EngineProcess echo = start()) {
      echo.load();

      assertThat(echo.run(1)).isEqualTo(new Round(12, new Outcome(1, 1, -3)));
    }
    assertThat(log()).hasContent("a word that is no answer");
    assertThat(closed()).exists();
  }

  @Test
  void anEngineThatFailsIsReportedWithItsLog() {
    try (EngineProcess echo = start()) {
      assertThatThrownBy(() -> echo.run(3))
          .isInstanceOf(EngineException.class)
          .hasMessage(
              "echo: failed java.lang.IllegalStateException: no third round; see %s", log());
    }
    assertThat(log()).content().contains("no third\nround");
  }

  @Test
  void anEngineThatEndsWithAnErrorIsReportedToo() {
    try (EngineProcess echo = start()) {
      assertThatThrownBy(() -> echo.run(4))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("failed java.lang.NoClassDefFoundError: round/four");
    }
  }

  @Test
  void anEngineInTheMiddleOfARoundIsClosedWhenItsInputEnds() throws Exception {
    Process process =
        new ProcessBuilder(command()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process.outputWriter().append("round 2\n").close();

    process.waitFor();

    assertThat(closed()).exists();
  }

  private EngineProcess start() {
    return EngineProcess.start("echo", command(), log());
  }

  private List<String> command() {
    return Jvm.like("16m").command(Echo.class, List.of(closed().toString()));
  }

  private Path log() {
    return folder.resolve("log");
  }

  private Path closed() {
    return folder.resolve("closed");
  }
}
