package io.headwater.cli;

import io.headwater.log.Log;
import io.headwater.log.Message;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A message by its key or time. */
@Command(
    name = "find",
    description = {
      "Print the last message of a key, or the first one at or after a time.",
      "",
      "Takes no lock and changes nothing. For a key it reads the whole log, unless the log has an index",
      "of its keys. The exit code is 1 if there is no such message."
    },
    footer = {"", "Example: headwater log find events --time 2001-01-31T23:59"},
    sortOptions = false)
final class LogFindCommand implements Callable<Integer> {
  private final Console console;
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private LogView view = new LogView();
  @Mixin private KeyOption keyOption = new KeyOption();

  @Option(
      names = "--time",
      paramLabel = "TIME",
      description =
          "The first message at or after this time, in ISO-8601, in UTC if it names no zone.")
  private @Nullable String time;

  @Mixin private MessagePrinter printer = new MessagePrinter();

  LogFindCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (keyOption.given() == (time != null)) {
      throw new ParameterException(
          spec.commandLine(), "what to look for? One of --key, --null-key and --time");
    }
    byte @Nullable [] key = keyOption.bytes(view.directory().name(), printer.keyFormat());
    long timestampMs = time == null ? 0 : parse(time);
    var printing = printer.to(console, view.directory().name());
    view.directory().existing();
    boolean indexed = time == null && view.directory().hasKeyIndex();
    try (Log log = indexed ? view.openByKey(console) : view.open(console)) {
      if (time != null) {
        printing.print(LogView.getByTime(log, timestampMs));
      } else if (indexed) {
        printing.print(log.getByKey(key));
      } else {
        return scan(log, key, printing);
      }
      return 0;
    }
  }

  private int scan(Log log, byte @Nullable [] key, MessagePrinter.Printing printing) {
    var walk = new LogWalk(console, log, Log.OLDEST);
    Message last = null;
    while (walk.next()) {
      var at = walk.message();
      if (LogConsumeCommand.hasKey(at, key)) {
        last = new Message(at.offset(), at.timestampMs(), at.key(), at.value(), at.headers());
      }
    }
    if (last == null) {
      throw new UserException(
          "%s has no message %s; --key-serde says what keys are"
              .formatted(view.directory().path(), keyOption));
    }
    printing.print(last);
    return walk.damaged() ? HeadwaterCommand.FAILED : 0;
  }

  private long parse(String text) {
    try {
      return TimestampFormat.ISO.parseMs(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
