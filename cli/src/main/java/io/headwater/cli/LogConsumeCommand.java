package io.headwater.cli;

import io.headwater.log.Log;
import io.headwater.log.LogCursor;
import io.headwater.log.MessageNotFoundException;
import io.headwater.log.OffsetOutOfRangeException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The messages of a log, one after the other. */
@Command(
    name = "consume",
    description = {
      "Print the messages of a log, in the order of their offsets.",
      "",
      "Takes no lock and changes nothing, so it can run beside the process that writes. Goes on behind",
      "what is damaged; the exit code is 1 then."
    },
    footer = {"", "Example: headwater log consume events --from 2001-01-31T23:59 --follow"},
    sortOptions = false)
final class LogConsumeCommand implements Callable<Integer> {
  private static final Duration LOOKED_AGAIN_AFTER = Duration.ofMillis(100);

  private final Console console;
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private LogView view = new LogView();

  @Option(
      names = "--from",
      paramLabel = "PLACE",
      defaultValue = "oldest",
      description =
          "Where to begin: oldest, newest (behind the last message there is), an offset, or a time in "
              + "ISO-8601, in UTC if it names no zone (default: ${DEFAULT-VALUE}).")
  private String from = "oldest";

  @Option(names = "--max", paramLabel = "N", description = "Stop after so many messages.")
  private long messagesMax = Long.MAX_VALUE;

  @Option(
      names = "--bytes-max",
      paramLabel = "N",
      description = "Stop before keys and values have more bytes than that; but print one message.")
  private long bytesMax = Long.MAX_VALUE;

  @Mixin private KeyOption keyOption = new KeyOption();

  @Option(
      names = {"-f", "--follow"},
      description = "At the end, wait for more messages; Ctrl-C ends it.")
  private boolean follow;

  @Mixin private MessagePrinter printer = new MessagePrinter();

  LogConsumeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (messagesMax < 0 || bytesMax < 0) {
      throw new ParameterException(spec.commandLine(), "--max and --bytes-max cannot be negative");
    }
    Place begin = Place.parse(spec, "--from", from);
    byte @Nullable [] key = keyOption.bytes(view.directory().name(), printer.keyFormat());
    var printing = printer.to(console, view.directory().name());
    try (Log log = view.open(console)) {
      var walk = new LogWalk(console, log, offset(log, begin));
      long count = 0;
      long bytes = 0;
      while (count < messagesMax) {
        if (walk.next()) {
          LogCursor at = walk.message();
          if (keyOption.given() && !hasKey(at, key)) {
            continue;
          }
          bytes += Math.max(0, at.keySize()) + Math.max(0, at.valueSize());
          if (count > 0 && bytes > bytesMax) {
            break;
          }
          printing.print(at);
          count++;
          if (count % 1024 == 0 && printing.closed()) {
            break;
          }
        } else if (!follow || printing.closed() || console.stop().await(LOOKED_AGAIN_AFTER)) {
          break;
        } else {
          log.refresh();
        }
      }
      return walk.damaged() ? HeadwaterCommand.FAILED : 0;
    }
  }

  private static long offset(Log log, Place begin) {
    return switch (begin.kind()) {
      case OLDEST -> Log.OLDEST;
      case NEWEST -> Log.NEWEST;
      case OFFSET -> begin.number();
      case TIME -> {
        try {
          yield LogView.getByTime(log, begin.number()).offset();
        } catch (MessageNotFoundException | OffsetOutOfRangeException e) {
          yield Log.NEWEST; // all are older, or there is none
        }
      }
    };
  }

  static boolean hasKey(LogCursor at, byte @Nullable [] key) {
    if (key == null || at.keySize() < 0) {
      return key == null && at.keySize() < 0;
    }
    int position = at.keyPosition();
    return Arrays.equals(at.array(), position, position + at.keySize(), key, 0, key.length);
  }
}
