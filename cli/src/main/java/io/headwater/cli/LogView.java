package io.headwater.cli;

import io.headwater.log.Log;
import io.headwater.log.Message;
import io.headwater.log.NoSuchIndexException;
import io.headwater.log.storage.CorruptLogException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The log that a command reads, beside whoever writes it, and which of its messages it sees. */
final class LogView {
  @Mixin private LogDirectory directory = new LogDirectory();

  @Option(
      names = "--uncommitted",
      description = "Also messages of transactions that were aborted or are not decided yet.")
  private boolean uncommitted;

  LogView() {}

  LogDirectory directory() {
    return directory;
  }

  /** Opens it without a lock and without a change. */
  Log open(Console console) {
    return open(console, false);
  }

  /** As {@link #open}, to read by key. */
  Log openByKey(Console console) {
    return open(console, true);
  }

  private Log open(Console console, boolean byKey) {
    try {
      return directory.openView(console, uncommitted, byKey);
    } catch (CorruptLogException e) {
      if (uncommitted) {
        throw e;
      }
      throw new UserException(e.getMessage() + "; --uncommitted shows all that can be read", e);
    }
  }

  /** The first message at or after a time. */
  static Message getByTime(Log log, long timestampMs) {
    try {
      return log.getByTime(timestampMs);
    } catch (NoSuchIndexException e) {
      throw new UserException(
          "%s keeps no index by time; name an offset, or look through all of it with 'log consume'"
              .formatted(log.folder().getFileName()),
          e);
    }
  }
}
