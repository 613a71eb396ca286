package io.headwater.examples.flights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.headwater.broker.Durability;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the demo on a real disk that is too small for it. Skipped where nothing can be mounted. */
class FullDiskTest {
  private static final long EXIT_SECONDS_MAX = 120;

  /** The flights' file alone is larger; the airports and some flights have room. */
  private static final String SIZE = "size=1536k";

  @TempDir Path temp;

  private boolean mounted;

  @Test
  void aFullDiskIsAClearErrorAndWithMoreSpaceTheNextRunGoesOn() throws Exception {
    Path disk = Files.createDirectory(temp.resolve("disk"));
    mounted = succeeds("mount", "-t", "tmpfs", "-o", SIZE, "tmpfs", disk.toString());
    if (!mounted) {
      System.out.println("skipped: a small disk cannot be mounted here");
      abort("a small disk cannot be mounted here");
    }
    Path folder = disk.resolve("flights");
    var fold = new FlightsFold();
    int loaded = 0;
    for (int run = 1; run <= 2; run++) {
      assertThat(run(folder)).isNotZero();
      assertThat(Files.readString(errors())).contains("no space left on its disk while");
      assertThat(FlightsResult.loaded(folder)).isBetween(loaded, fold.sent.size() - 1);
      loaded = FlightsResult.loaded(folder);
    }
    assertThat(loaded).isPositive();
    System.out.printf("full after %d of %d flights%n", loaded, fold.sent.size());

    assertThat(succeeds("mount", "-o", "remount,size=64m", disk.toString())).isTrue();
    assertThat(run(folder)).as(Files.readString(errors())).isZero();
    FlightsResult.compare(folder, fold);
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      assertThat(succeeds("umount", temp.resolve("disk").toString())).isTrue();
    }
  }

  private Path errors() {
    return temp.resolve("errors.txt");
  }

  private int run(Path folder) throws Exception {
    Process process =
        FlightsProcess.start(folder, Durability.COMMIT, Double.POSITIVE_INFINITY, errors());
    try (BufferedReader said = process.inputReader(UTF_8)) {
      if (!process.waitFor(EXIT_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("it went on, and said " + said.lines().toList());
      }
      return process.exitValue();
    }
  }

  private static boolean succeeds(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(List.of(command))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false; // there is no such command
    }
  }
}
