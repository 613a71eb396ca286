package io.headwater.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Runs a command as a process. */
public final class Main {
  /** How long Ctrl-C waits for a command to close what it has open. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

  private Main() {}

  /** Runs the command that the arguments name, and exits with its code. */
  public static void main(String[] args) {
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT); // scripts read the digits
    Console console = Console.ofProcess();
    var finished = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  console.stop().request();
                  awaitQuietly(finished);
                },
                "headwater-stop"));
    int exitCode;
    try {
      exitCode = HeadwaterCommand.run(console, args);
      console.out().flush();
    } finally {
      finished.countDown();
    }
    System.exit(exitCode);
  }

  private static void awaitQuietly(CountDownLatch finished) {
    try {
      finished.await(CLOSE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
