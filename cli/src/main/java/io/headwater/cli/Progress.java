package io.headwater.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How far a command has come, on standard error. On a terminal it is one line that is written over,
 * ten times a second at most; elsewhere a line every few seconds, so that a log is not flooded. It
 * ends with {@link #close}, which leaves the terminal's line empty.
 */
final class Progress implements AutoCloseable {
  private static final Duration REDRAWN_EVERY = Duration.ofMillis(100);
  private static final Duration LOGGED_EVERY = Duration.ofSeconds(5);
  private static final int BAR_WIDTH = 24;

  private final Console console;
  private final String label;
  private final Instant start;
  private @Nullable Instant shownLast;
  private int lengthLast;

  Progress(Console console, String label) {
    this.console = console;
    this.label = label;
    this.start = console.clock().instant();
  }

  /**
   * Shows that {@code count} records are done.
   *
   * @param done the part that is done, from 0 to 1, or NaN if the end is not known
   */
  void show(long count, double done) {
    Instant now = console.clock().instant();
    Duration every = console.terminal() ? REDRAWN_EVERY : LOGGED_EVERY;
    Instant before = shownLast == null && !console.terminal() ? start : shownLast;
    if (before != null && Duration.between(before, now).compareTo(every) < 0) {
      return;
    }
    shownLast = now;
    String line = line(count, done, Duration.between(start, now));
    if (console.terminal()) {
      console.err().print("\r" + line + " ".repeat(Math.max(0, lengthLast - line.length())));
      console.err().flush();
      lengthLast = line.length();
    } else {
      console.err().println(line);
    }
  }

  private String line(long count, double done, Duration spent) {
    var line = new StringBuilder(label);
    if (!Double.isNaN(done)) {
      double part = Math.min(1, Math.max(0, done));
      int full = (int) Math.floor(part * BAR_WIDTH);
      if (console.terminal()) {
        line.append(" [").append("#".repeat(full)).append(".".repeat(BAR_WIDTH - full)).append(']');
      }
      line.append(String.format(Locale.ROOT, " %3d%%", (int) Math.floor(part * 100)));
    }
    line.append(String.format(Locale.ROOT, " %,d records", count));
    if (!spent.isZero()) {
      line.append(
          String.format(Locale.ROOT, ", %,d/s", count * 1000 / Math.max(1, spent.toMillis())));
    }
    return line.toString();
  }

  @Override
  public void close() {
    if (lengthLast > 0) {
      console.err().print("\r" + " ".repeat(lengthLast) + "\r");
      console.err().flush();
    }
  }
}
