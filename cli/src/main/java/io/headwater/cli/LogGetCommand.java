package io.headwater.cli;

import io.headwater.log.Log;
import io.headwater.log.MessageNotFoundException;
import io.headwater.log.OffsetOutOfRangeException;
import io.headwater.log.storage.CorruptLogException;
import io.headwater.log.storage.LogException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Single messages of a log. */
@Command(
    name = "get",
    description = {
      "Print single messages of a log, by their offsets.",
      "",
      "Takes no lock and changes nothing. Those that are not there are named on standard error; the exit",
      "code is 1 then."
    },
    footer = {"", "Example: headwater log get events 0 17 newest"},
    sortOptions = false)
final class LogGetCommand implements Callable<Integer> {
  private final Console console;
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private LogView view = new LogView();

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "OFFSET",
      description = "An offset; oldest and newest are the first and the last message.")
  private List<String> offsets = new ArrayList<>();

  @Mixin private MessagePrinter printer = new MessagePrinter();

  LogGetCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<Long> wanted = offsets.stream().map(this::parse).toList();
    var printing = printer.to(console, view.directory().name());
    boolean all = true;
    try (Log log = view.open(console)) {
      for (long offset : wanted) {
        try {
          printing.print(log.get(offset));
        } catch (OffsetOutOfRangeException | MessageNotFoundException | CorruptLogException e) {
          all = reportMissing(e);
        }
      }
    }
    return all ? 0 : HeadwaterCommand.FAILED;
  }

  private boolean reportMissing(LogException e) {
    Failures.report(console, e, false);
    return false;
  }

  private long parse(String text) {
    Place place = Place.parse(spec, "OFFSET", text);
    return switch (place.kind()) {
      case OLDEST -> Log.OLDEST;
      case NEWEST -> Log.NEWEST;
      case OFFSET -> place.number();
      case TIME ->
          throw new ParameterException(
              spec.commandLine(),
              "%s is a time, not an offset; 'log find --time' looks for one".formatted(text));
    };
  }
}
