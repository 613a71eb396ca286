package io.headwater.cli;

import io.headwater.log.OffsetSet;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Deletes messages of a log by their offsets. */
@Command(
    name = "delete",
    description = {
      "Delete messages of a log by their offsets.",
      "",
      "Offsets that are not there are passed over. The next offset stays."
    },
    footer = {"", "Example: headwater log delete events 3,5-9"},
    sortOptions = false)
final class LogDeleteCommand implements Runnable {
  private final Console console;
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private Deletion deletion = new Deletion();

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "OFFSETS",
      description = "An offset, or ranges of them with both ends: 3 or 5-9 or 3,5-9.")
  private List<String> offsets = new ArrayList<>();

  LogDeleteCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    OffsetSet all = OffsetSet.EMPTY;
    for (String part : offsets) {
      try {
        all = all.plus(Offsets.parse(part));
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
      }
    }
    OffsetSet wanted = all;
    deletion.run(console, List.of(log -> wanted));
  }
}
