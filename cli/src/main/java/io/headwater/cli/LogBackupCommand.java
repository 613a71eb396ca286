package io.headwater.cli;

import io.headwater.log.LogFolder;
import io.headwater.log.LogStat;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies a log. */
@Command(
    name = "backup",
    description = {
      "Copy a log to another folder, from which it can be opened like any other.",
      "",
      "Takes no lock on the log, which may be written meanwhile. Done again to the same folder, copies",
      "only what is new. A folder with something else in it is left alone."
    },
    footer = {"", "Example: headwater log backup events /backup/events"},
    sortOptions = false)
final class LogBackupCommand implements Runnable {
  private final Console console;
  @Mixin private LogDirectory directory = new LogDirectory();

  @Parameters(
      index = "1",
      paramLabel = "TO",
      description = "The folder of the copy; made if it is not there.")
  private Path target = Path.of("");

  @Option(
      names = "--json",
      description = "Print one JSON object about the copy: segments, messages, bytes.")
  private boolean json;

  LogBackupCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    directory.tools(console).backup(target);
    LogStat copy = LogFolder.of(target).stat();
    if (json) {
      new JsonLines(console.out())
          .object(
              object -> {
                object.writeNumberField("segments", copy.segments());
                object.writeNumberField("messages", copy.messages());
                object.writeNumberField("bytes", copy.bytes());
              });
      return;
    }
    console
        .err()
        .println(
            String.format(
                Locale.ROOT,
                "%s is a copy of %s: %,d message%s, %,d bytes",
                target,
                directory.path(),
                copy.messages(),
                copy.messages() == 1 ? "" : "s",
                copy.bytes()));
  }
}
