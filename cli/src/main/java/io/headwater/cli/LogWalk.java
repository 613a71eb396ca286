package io.headwater.cli;

import io.headwater.log.Log;
import io.headwater.log.LogCursor;
import io.headwater.log.storage.CorruptLogException;

/** Goes over a log's messages in order, and around what is damaged, which it reports. */
final class LogWalk {
  private final Console console;
  private final LogCursor cursor;
  private boolean damaged;

  LogWalk(Console console, Log log, long offset) {
    this.console = console;
    this.cursor = log.cursor(offset);
  }

  /** Goes to the next message; false at the end, where it may be asked again, or at a stop. */
  boolean next() {
    while (!console.stop().requested()) {
      try {
        return cursor.next();
      } catch (CorruptLogException e) {
        damaged = true;
        Failures.report(console, e, false);
      }
    }
    return false;
  }

  /** The message it is at. */
  LogCursor message() {
    return cursor;
  }

  /** Whether something was left out because it is damaged. */
  boolean damaged() {
    return damaged;
  }
}
