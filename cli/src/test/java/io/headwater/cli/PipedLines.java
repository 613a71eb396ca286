package io.headwater.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;

/** What a command prints on another thread, line by line as it is flushed. */
final class PipedLines implements AutoCloseable {
  private final PipedInputStream pipe = new PipedInputStream(1 << 16);
  private final BufferedReader lines = new BufferedReader(new InputStreamReader(pipe, UTF_8));
  private final PrintStream out;

  PipedLines() {
    try {
      out = new PrintStream(new PipedOutputStream(pipe), false, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Console console(Stop stop) {
    return new Console(
        InputStream.nullInputStream(),
        out,
        new PrintStream(OutputStream.nullOutputStream(), true, UTF_8),
        false,
        false,
        "headwater",
        InstantSource.system(),
        stop);
  }

  /** The next line; waits for it. */
  String next() {
    try {
      return lines.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    out.close();
  }
}
