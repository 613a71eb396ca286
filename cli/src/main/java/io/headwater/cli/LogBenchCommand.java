package io.headwater.cli;

import io.headwater.log.Log;
import io.headwater.log.LogCursor;
import io.headwater.log.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A short measurement of a log on this machine. */
@Command(
    name = "bench",
    description = {
      "Measure a log on this machine: publish, consume and get messages in a temporary folder.",
      "",
      "Short: one round after a smaller one to warm up, on one thread, nothing forced to disk, and what",
      "was just written is still in the system's cache. The folder is deleted at the end."
    },
    footer = {"", "Example: headwater log bench --count 1000000 --in ."},
    sortOptions = false)
final class LogBenchCommand implements Runnable {
  private static final int BATCH_MESSAGES = 1000;
  private static final int KEY_BYTES = 10;
  private static final int WARM_UP_MAX = 200_000;
  private static final int SIZE_MAX = 1 << 20;
  private static final long SEED = 1;

  private final Console console;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "How many messages (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--size",
      paramLabel = "N",
      defaultValue = "128",
      description = "How many bytes a value has (default: ${DEFAULT-VALUE}); a key has 10.")
  private int size;

  @Option(
      names = "--in",
      paramLabel = "DIR",
      description = "Where the temporary folder is made (default: the system's place for them).")
  private @Nullable Path parent;

  @Option(
      names = "--json",
      description =
          "Print one JSON object for each kind of work: work, messages, nanos, perSecond, bytes.")
  private boolean json;

  LogBenchCommand(Console console) {
    this.console = console;
  }

  /**
   * What was measured.
   *
   * @param bytes of the log on disk; 0 where nothing was written
   */
  private record Measured(String work, long messages, long nanos, long bytes) {
    long perSecond() {
      return Math.round(messages * 1e9 / Math.max(1, nanos));
    }
  }

  @Override
  public void run() {
    if (count < 1 || size < 0 || size > SIZE_MAX) {
      throw new ParameterException(
          spec.commandLine(),
          "--count is at least 1 and --size from 0 to %d, were %d and %d"
              .formatted(SIZE_MAX, count, size));
    }
    Path folder = temporaryFolder();
    try {
      console.err().println("measuring in " + folder);
      round(folder.resolve("warm-up"), Math.min(count, WARM_UP_MAX));
      report(round(folder.resolve("measured"), count));
    } finally {
      delete(folder);
    }
  }

  private Path temporaryFolder() {
    try {
      if (parent == null) {
        return Files.createTempDirectory("headwater-bench");
      }
      if (!Files.isDirectory(parent)) {
        throw new UserException(parent + ": no such folder; name another one with --in");
      }
      return Files.createTempDirectory(parent, "headwater-bench");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Measured> round(Path folder, int messages) {
    var all = new ArrayList<Measured>();
    byte[] value = new byte[size];
    new SplittableRandom(SEED).nextBytes(value);
    for (int each : new int[] {1, BATCH_MESSAGES}) {
      String ofEach = each == 1 ? "1 a publish" : each + " a publish";
      try (Log log = Log.open(folder.resolve("by-" + each))) {
        long start = System.nanoTime();
        publish(log, messages, each, value);
        long nanos = System.nanoTime() - start;
        all.add(new Measured("publish, " + ofEach, messages, nanos, log.stat().bytes()));

        start = System.nanoTime();
        long consumed = consume(log);
        all.add(new Measured("consume, " + ofEach, consumed, System.nanoTime() - start, 0));

        start = System.nanoTime();
        long got = get(log, messages);
        all.add(new Measured("get at random, " + ofEach, got, System.nanoTime() - start, 0));
      }
    }
    return all;
  }

  private void publish(Log log, int messages, int each, byte[] value) {
    var batch = new ArrayList<Message>(each);
    for (int i = 0; i < messages; i++) {
      byte[] key = key(i);
      if (each == 1) {
        log.publish(key, value);
      } else {
        batch.add(Message.of(key, value));
        if (batch.size() == each || i == messages - 1) {
          log.publish(batch);
          batch.clear();
          checkStop();
        }
      }
      if (i % BATCH_MESSAGES == 0) {
        checkStop();
      }
    }
  }

  /** The number in ten digits; formatting one would take longer than publishing it. */
  private static byte[] key(int number) {
    byte[] key = new byte[KEY_BYTES];
    int left = number;
    for (int i = KEY_BYTES - 1; i >= 0; i--) {
      key[i] = (byte) ('0' + left % 10);
      left /= 10;
    }
    return key;
  }

  private long consume(Log log) {
    LogCursor cursor = log.cursor(Log.OLDEST);
    long messages = 0;
    while (cursor.next()) {
      messages++;
      if (messages % BATCH_MESSAGES == 0) {
        checkStop();
      }
    }
    return messages;
  }

  private long get(Log log, int messages) {
    var random = new SplittableRandom(SEED);
    for (int i = 0; i < messages; i++) {
      long offset = random.nextLong(messages);
      Message message = log.get(offset);
      if (message.offset() != offset) {
        throw new IllegalStateException("asked for %d, got %s".formatted(offset, message));
      }
      if (i % BATCH_MESSAGES == 0) {
        checkStop();
      }
    }
    return messages;
  }

  private void checkStop() {
    if (console.stop().requested()) {
      throw new UserException("stopped before all was measured");
    }
  }

  private void report(List<Measured> all) {
    var table =
        new Table()
            .text("WORK")
            .number("MESSAGES")
            .number("MS")
            .number("A SECOND")
            .number("BYTES")
            .number("A MESSAGE");
    var lines = new JsonLines(console.out());
    for (Measured each : all) {
      if (json) {
        lines.object(
            object -> {
              object.writeStringField("work", each.work());
              object.writeNumberField("messages", each.messages());
              object.writeNumberField("nanos", each.nanos());
              object.writeNumberField("perSecond", each.perSecond());
              if (each.bytes() > 0) {
                object.writeNumberField("bytes", each.bytes());
              }
            });
      } else {
        boolean written = each.bytes() > 0;
        table.row(
            each.work(),
            each.messages(),
            each.nanos() / 1_000_000,
            each.perSecond(),
            written ? (Object) each.bytes() : "",
            written
                ? String.format(Locale.ROOT, "%.1f", (double) each.bytes() / each.messages())
                : "");
      }
    }
    if (!json) {
      table.print(console.out());
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
