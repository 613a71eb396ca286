package io.headwater.benchmarks.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The engine's end of the conversation. */
public final class EngineServer {
  private static final long END_MAX_MS = 30_000;

  private EngineServer() {}

  /** How an engine is made. */
  public interface Factory {
    Engine create() throws Exception;
  }

  /**
   * Answers on standard output what is asked on standard input, and ends the JVM when that ends, in
   * the middle of a round too, or when the engine fails. What else is printed goes to standard
   * error.
   */
  public static void serve(Factory factory) throws IOException, InterruptedException {
    PrintStream answers = System.out;
    System.setOut(System.err);
    BlockingQueue<String> questions = new LinkedBlockingQueue<>();
    Thread worker = new Thread(() -> work(factory, questions, answers), "engine");
    worker.setDaemon(true);
    worker.start();
    try (BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      String question = input.readLine();
      while (question != null) {
        questions.add(question);
        question = input.readLine();
      }
      worker.interrupt();
      worker.join(END_MAX_MS);
    }
    System.exit(0);
  }

  private static void work(Factory factory, BlockingQueue<String> questions, PrintStream answers) {
    try (Engine engine = factory.create()) {
      while (true) {
        answers.println(answer(engine, questions.take()));
        answers.flush();
      }
    } catch (InterruptedException end) {
      // Nobody asks any more.
    } catch (Exception | Error failure) {
      failure.printStackTrace();
      answers.println("failed " + failure.toString().replace('\n', ' '));
      answers.flush();
    }
  }

  private static String answer(Engine engine, String question) throws Exception {
    if (question.equals("load")) {
      engine.load();
      return "loaded";
    }
    if (question.startsWith("round ")) {
      int number = Integer.parseInt(question.substring("round ".length()));
      // What the round before left on the heap is not this one's to collect.
      System.gc();
      return engine.run(number).toLine();
    }
    throw new IllegalArgumentException("not a question: " + question);
  }
}
