package io.headwater.examples.flights;

import io.headwater.broker.BrokerOptions;
import io.headwater.broker.Durability;
import io.headwater.streams.Application;
import io.headwater.streams.Headwater;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * The demo without its console, in a process of its own, for tests that kill it. Says {@value
 * #RUNNING} on its standard output when the application runs, and {@value #FINISHED} when all
 * flights are loaded, processed and committed and the folder is closed.
 */
final class FlightsProcess {
  static final String RUNNING = "running";
  static final String FINISHED = "finished";

  private static final int LOADED_TOGETHER_MAX = 1000;
  private static final Duration FINISH_MAX = Duration.ofMinutes(2);

  private FlightsProcess() {}

  /**
   * Starts it; its standard output is the caller's to read.
   *
   * @param rate how many flights are loaded a second, at most
   * @param errors the file that its standard error goes to
   */
  static Process start(Path folder, Durability durability, double rate, Path errors)
      throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-Xmx96m",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-cp",
            System.getProperty("java.class.path"),
            FlightsProcess.class.getName(),
            folder.toString(),
            durability.name(),
            Double.toString(rate))
        .redirectError(errors.toFile())
        .start();
  }

  /**
   * Runs it.
   *
   * @param args the data folder, the durability, and how many flights are loaded a second
   */
  public static void main(String[] args) throws InterruptedException {
    var folder = Path.of(args[0]);
    var options = BrokerOptions.defaults().withDurability(Durability.valueOf(args[1]));
    double rate = Double.parseDouble(args[2]);
    try (var headwater = Headwater.open(folder, options);
        var loader = FlightsLoader.open(headwater.broker())) {
      Application application =
          headwater.run(FlightsTopology.APPLICATION_ID, FlightsTopology.build());
      System.out.println(RUNNING);
      load(loader, rate);
      if (!application.awaitCaughtUp(FINISH_MAX)) {
        throw new IllegalStateException("not finished within " + FINISH_MAX);
      }
    }
    System.out.println(FINISHED);
  }

  private static void load(FlightsLoader loader, double rate) {
    long startNanos = System.nanoTime();
    int before = loader.done();
    while (loader.done() < loader.total()) {
      double due = before + (System.nanoTime() - startNanos) * 1e-9 * rate - loader.done();
      if (due >= 1) {
        loader.load((int) Math.min(due, LOADED_TOGETHER_MAX));
      } else {
        LockSupport.parkNanos((long) ((1 - due) / rate * 1e9));
      }
    }
  }
}
