package io.headwater.cli;

import io.headwater.log.policy.Compact;
import io.headwater.log.policy.Policy;
import java.time.Duration;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Lets go what a table of each key's last value does not need. */
@Command(
    name = "compact",
    description = {
      "Delete messages that a table of each key's last value does not need.",
      "",
      "Only messages older than the age count: 90s, 15m, 12h, 7d or a duration in ISO-8601. With both",
      "options updates go first; a dry run looks for both in the log as it is."
    },
    footer = {
      "",
      "Example: headwater log compact events --updates-older-than 1h --deletes-older-than 2h"
    },
    sortOptions = false)
final class LogCompactCommand implements Runnable {
  private final Console console;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--updates-older-than",
      paramLabel = "AGE",
      converter = AgeConverter.class,
      description = "Delete messages with a later one of the same key.")
  private @Nullable Duration updatesAge;

  @Option(
      names = "--deletes-older-than",
      paramLabel = "AGE",
      converter = AgeConverter.class,
      description = "Delete messages without value, of whose key there is no older message.")
  private @Nullable Duration deletesAge;

  @Mixin private Deletion deletion = new Deletion();

  LogCompactCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    var policies = new ArrayList<Policy>();
    if (updatesAge != null) {
      policies.add(Compact.updates(Ages.before(console, updatesAge)));
    }
    if (deletesAge != null) {
      policies.add(Compact.deletes(Ages.before(console, deletesAge)));
    }
    if (policies.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "which messages? Name --updates-older-than, --deletes-older-than or both");
    }
    deletion.run(console, policies);
  }
}
