package io.headwater.cli;

import picocli.CommandLine.Command;

/** A log by its folder: writing, reading, checking, mending, copying and thinning it. */
@Command(
    name = "log",
    description = "Write, read, check, mend, copy and trim the folder of one log.",
    synopsisSubcommandLabel = "COMMAND")
final class LogCommand extends CommandGroup {
  LogCommand(Console console) {
    super(
        new LogPublishCommand(console),
        new LogConsumeCommand(console),
        new LogGetCommand(console),
        new LogFindCommand(console),
        new LogStatCommand(console),
        new LogCheckCommand(console),
        new LogRecoverCommand(console),
        new LogBackupCommand(console),
        new LogTrimCommand(console),
        new LogCompactCommand(console),
        new LogDeleteCommand(console),
        new LogDumpCommand(console),
        new LogBenchCommand(console));
  }
}
