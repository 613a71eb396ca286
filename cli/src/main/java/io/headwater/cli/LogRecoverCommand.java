package io.headwater.cli;

import io.headwater.log.Finding;
import io.headwater.log.LogFolder;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Mends a log. */
@Command(
    name = "recover",
    description = {
      "Mend a log, and say what was done: nothing if it is intact.",
      "",
      "Cuts off a torn end. If messages are damaged that had been forced to disk, leaves them, and starts",
      "a new segment behind them so that the log takes messages again. Makes bad indexes anew."
    },
    footer = {"", "Example: headwater log recover events"},
    sortOptions = false)
final class LogRecoverCommand implements Runnable {
  private final Console console;
  @Mixin private LogDirectory directory = new LogDirectory();

  @Option(names = "--reindex", description = "Make all indexes anew, be they good or bad.")
  private boolean reindex;

  @Option(
      names = "--json",
      description =
          "Print one JSON object for each thing that was mended: kind, file, fromByte, toByte, fromOffset, "
              + "toOffset (ends are exclusive), reason, done.")
  private boolean json;

  LogRecoverCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    directory.mend(console, this::mend);
  }

  private void mend(LogFolder folder) {
    List<Finding> findings = folder.recover();
    var lines = new JsonLines(console.out());
    for (Finding finding : findings) {
      if (json) {
        lines.object(
            object -> {
              Findings.write(finding, object);
              object.writeStringField("done", done(finding));
            });
      } else {
        console.out().println(Findings.text(finding) + "; " + done(finding));
      }
    }
    if (reindex) {
      folder.reindex();
      console.err().println(directory.path() + ": made all indexes anew");
    }
    if (findings.isEmpty() && !reindex) {
      console.err().println(directory.path() + " is intact, nothing was done");
    }
  }

  private static String done(Finding finding) {
    return switch (finding.kind()) {
      case DAMAGED -> "left as it is, what is published now comes after it";
      case TORN -> "cut off";
      case INDEX -> "made anew";
    };
  }
}
