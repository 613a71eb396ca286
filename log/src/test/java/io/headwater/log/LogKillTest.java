package io.headwater.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.testing.Seeds;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that publishes is killed, again and again, at random moments. */
class LogKillTest {
  private static final LogOptions OPTIONS =
      LogOptions.builder().segmentBytes(20_000).indexIntervalBytes(500).build();

  @TempDir Path temp;

  /** Publishes the numbers from the next offset on, in batches, and prints each next offset. */
  static final class Publisher {
    private Publisher() {}

    public static void main(String[] args) {
      var random = new Random();
      try (Log log = Log.open(Path.of(args[0]), OPTIONS)) {
        System.out.println(log.nextOffset());
        while (true) {
          long next = log.nextOffset();
          Message[] messages = new Message[1 + random.nextInt(5)];
          for (int i = 0; i < messages.length; i++) {
            messages[i] = Message.of(null, value(next + i));
          }
          System.out.println(log.publish(List.of(messages)));
        }
      }
    }
  }

  private static byte[] value(long offset) {
    return (offset + ":" + "v".repeat((int) (offset % 300))).getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void allThatWasAcknowledgedIsThereInOrder() throws Exception {
    long seed = Seeds.next();
    var random = new Random(seed);
    Path folder = temp.resolve("orders-3");
    int cycles = Seeds.full() ? 200 : 10;
    long acknowledged = 0;
    for (int cycle = 0; cycle < cycles; cycle++) {
      String where = "seed %d, cycle %d".formatted(seed, cycle);
      acknowledged = publishUntilKilled(folder, 1 + random.nextInt(3_000), acknowledged);
      try (Log log = Log.open(folder, OPTIONS)) {
        assertThat(log.recovery()).as(where).isNotInstanceOf(Recovery.Damaged.class);
        assertThat(log.nextOffset()).as(where).isGreaterThanOrEqualTo(acknowledged);
        long next = 0;
        while (next < log.nextOffset()) {
          for (Message message : log.consume(next, 1_000).messages()) {
            assertThat(message.offset()).as(where).isEqualTo(next);
            assertThat(message.value()).as(where).isEqualTo(value(next));
            next++;
          }
        }
        acknowledged = next;
      }
    }
    System.out.printf("%d kills, %d messages%n", cycles, acknowledged);
    assertThat(acknowledged).isGreaterThan(cycles);
  }

  private static long publishUntilKilled(Path folder, int acknowledgements, long before)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Publisher.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    long last = before;
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
      for (int i = 0; i < acknowledgements; i++) {
        last = Long.parseLong(lines.readLine());
        assertThat(last).isGreaterThanOrEqualTo(before);
      }
      process.toHandle().destroyForcibly(); // which leaves the stream open
      String line = lines.readLine(); // those that it still said before it was killed; the last
      while (line != null) { // may be cut in the middle, and is then too low to matter
        last = Math.max(last, line.isEmpty() ? 0 : Long.parseLong(line));
        line = lines.readLine();
      }
    }
    process.waitFor();
    return last;
  }
}
