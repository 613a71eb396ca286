package io.headwater.benchmarks.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** An engine in a JVM of its own. For one thread. */
public final class EngineProcess implements AutoCloseable {
  private static final int SECONDS_TO_END = 30;

  private final String name;
  private final Path log;
  private final Process process;
  private final Writer questions;
  private final BufferedReader answers;

  private EngineProcess(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
    this.questions = process.outputWriter(StandardCharsets.UTF_8);
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Starts the JVM.
   *
   * @param name of the engine, for messages
   * @param command a main class that calls {@link EngineServer#serve}
   * @param log gets what it prints beside its answers
   */
  public static EngineProcess start(String name, List<String> command, Path log) {
    try {
      Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
      return new EngineProcess(name, log, process);
    } catch (IOException failure) {
      throw new EngineException(name + " cannot be started", failure);
    }
  }

  /** Lets the engine write its input. */
  public void load() {
    String answer = ask("load");
    if (!answer.equals("loaded")) {
      throw failure(answer);
    }
  }

  /** Lets the engine do one round. */
  public Round run(int number) {
    String answer = ask("round " + number);
    Optional<Round> round = Round.parse(answer);
    return round.orElseThrow(() -> failure(answer));
  }

  private String ask(String question) {
    try {
      questions.write(question + "\n");
      questions.flush();
      String answer = answers.readLine();
      if (answer == null) {
        throw failure("its process ended");
      }
      return answer;
    } catch (IOException failure) {
      throw new EngineException("%s: its process ended; see %s".formatted(name, log), failure);
    }
  }

  private EngineException failure(String answer) {
    return new EngineException("%s: %s; see %s".formatted(name, answer, log));
  }

  /** Ends the process, by force if it takes too long. */
  @Override
  public void close() {
    try {
      questions.close();
      if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (IOException gone) {
      process.destroyForcibly();
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
