package io.headwater.cli;

import io.headwater.log.Log;
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
    return directory.openView(console, uncommitted, false);
  }

  /** As {@link #open}, to read by key. */
  Log openByKey(Console console) {
    return directory.openView(console, uncommitted, true);
  }
}
