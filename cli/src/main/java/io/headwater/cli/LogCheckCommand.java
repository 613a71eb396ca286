package io.headwater.cli;

import io.headwater.log.Finding;
import io.headwater.log.LogFolder;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whether a log is sound. */
@Command(
    name = "check",
    description = {
      "Look at every batch and index entry of a log, and tell what is wrong.",
      "",
      "Takes no lock and changes nothing; beside a writer what is just being written may seem torn.",
      "The exit code is 1 if anything is found:",
      "  DAMAGED  messages that were forced to disk are not what was written; others can be read",
      "  TORN     the end is half a batch, as a crash leaves it; recover or the next writer cuts it",
      "  INDEX    an index is missing or wrong; recover, or who needs it, makes it again"
    },
    footer = {"", "Example: headwater log check events --head"},
    sortOptions = false)
final class LogCheckCommand implements Callable<Integer> {
  private final Console console;
  @Mixin private LogDirectory directory = new LogDirectory();

  @Option(
      names = "--head",
      description = "Only the newest segment, where a crash leaves its traces.")
  private boolean newestOnly;

  @Option(
      names = "--json",
      description =
          "Print one JSON object for each thing that is wrong: kind, file, fromByte, toByte, fromOffset, "
              + "toOffset (ends are exclusive), reason.")
  private boolean json;

  LogCheckCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    LogFolder folder = directory.tools(console);
    List<Finding> findings = newestOnly ? folder.checkNewest() : folder.check();
    var lines = new JsonLines(console.out());
    for (Finding finding : findings) {
      if (json) {
        lines.object(object -> Findings.write(finding, object));
      } else {
        console.out().println(Findings.text(finding));
      }
    }
    if (findings.isEmpty()) {
      console.err().println(directory.path() + " is intact");
      return 0;
    }
    console
        .err()
        .println(
            "%s: %d finding%s; 'headwater log recover' mends what can be mended"
                .formatted(directory.path(), findings.size(), findings.size() == 1 ? "" : "s"));
    return HeadwaterCommand.FAILED;
  }
}
