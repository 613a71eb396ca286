package io.headwater.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that only leads to others. */
abstract class CommandGroup implements Runnable {
  private final List<Object> commands;
  @Spec private CommandSpec spec = CommandSpec.create();

  CommandGroup(Object... commands) {
    this.commands = List.of(commands);
  }

  /** A command line of this group and all below it. */
  final CommandLine commandLine() {
    var line = new CommandLine(this);
    for (Object command : commands) {
      line.addSubcommand(command instanceof CommandGroup group ? group.commandLine() : command);
    }
    return line;
  }

  @Override
  public final void run() {
    throw new ParameterException(
        spec.commandLine(),
        "which command? One of " + String.join(", ", spec.subcommands().keySet()));
  }
}
