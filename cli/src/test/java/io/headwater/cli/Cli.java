package io.headwater.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Runs commands on a data folder in this process, and keeps what they print. */
final class Cli {
  /** When every command runs, unless told otherwise. */
  static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final Path data;
  private InputStream in = InputStream.nullInputStream();
  private Stop stop = new Stop();
  private InstantSource clock = InstantSource.fixed(NOW);

  Cli(Path data) {
    this.data = data;
  }

  /** What a command did. */
  record Ran(int exitCode, String out, String err) {
    List<String> lines() {
      return out.lines().toList();
    }
  }

  /** This text is the standard input of the next command. */
  Cli withInput(String text) {
    in = new ByteArrayInputStream(text.getBytes(UTF_8));
    return this;
  }

  Cli withInput(InputStream input) {
    in = input;
    return this;
  }

  Cli withStop(Stop requested) {
    stop = requested;
    return this;
  }

  Cli withClock(InstantSource other) {
    clock = other;
    return this;
  }

  /** Runs a command on the data folder. */
  Ran run(String... args) {
    var all = new ArrayList<>(List.of(args));
    all.add("--data");
    all.add(data.toString());
    return runElsewhere(all.toArray(String[]::new));
  }

  /** Runs a command that does not take the data folder, or names its own. */
  Ran runElsewhere(String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var console =
        new Console(
            in,
            new PrintStream(out, false, UTF_8),
            new PrintStream(err, true, UTF_8),
            false,
            false,
            "headwater",
            clock,
            stop);
    int exitCode = HeadwaterCommand.run(console, args);
    console.out().flush();
    return new Ran(
        exitCode,
        out.toString(UTF_8).replace(data.toString(), "DATA"),
        err.toString(UTF_8).replace(data.toString(), "DATA"));
  }
}
