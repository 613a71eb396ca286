package io.headwater.testkit.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;

/** What is logged during a part of a test: the tests' logger writes to the standard error. */
final class StandardError {
  private StandardError() {}

  /** Runs something and returns what it logs. */
  static String of(Runnable action) {
    var bytes = new ByteArrayOutputStream();
    redirected(bytes, action);
    return bytes.toString(UTF_8);
  }

  /** Runs something that is stopped thousands of times, and drops what it has to say about it. */
  static void dropped(Runnable action) {
    redirected(OutputStream.nullOutputStream(), action);
  }

  private static void redirected(OutputStream to, Runnable action) {
    PrintStream before = System.err;
    System.setErr(new PrintStream(to, true, UTF_8));
    try {
      action.run();
    } finally {
      System.setErr(before);
    }
  }
}
