package io.headwater.cli;

import io.headwater.log.Log;
import io.headwater.log.OffsetSet;
import io.headwater.log.policy.Policy;
import io.headwater.log.policy.Trim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Lets the oldest messages of a log go. */
@Command(
    name = "trim",
    description = {
      "Delete the oldest messages of a log.",
      "",
      "With several limits, all of them hold afterwards. The next offset stays."
    },
    footer = {"", "Example: headwater log trim events --max-age 7d --dry-run"},
    sortOptions = false)
final class LogTrimCommand implements Runnable {
  private final Console console;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--max-age",
      paramLabel = "AGE",
      converter = AgeConverter.class,
      description =
          "Delete those before the first message that is younger: 90s, 15m, 12h, 7d or a duration in "
              + "ISO-8601.")
  private @Nullable Duration ageMax;

  @Option(
      names = "--max-count",
      paramLabel = "N",
      description = "Delete so many that at most N messages remain.")
  private @Nullable Long countMax;

  @Option(
      names = "--max-bytes",
      paramLabel = "N",
      description = "Delete so many that the log becomes smaller than N bytes, indexes included.")
  private @Nullable Long bytesMax;

  @Option(
      names = "--before-offset",
      paramLabel = "OFFSET",
      description = "Delete those before this offset; newest is behind the last message.")
  private @Nullable String before;

  @Mixin private Deletion deletion = new Deletion();

  LogTrimCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    var limits = new ArrayList<Policy>();
    if (ageMax != null) {
      limits.add(Trim.byAge(Ages.before(console, ageMax)));
    }
    if (countMax != null) {
      limits.add(Trim.byCount(notNegative("--max-count", countMax)));
    }
    if (bytesMax != null) {
      limits.add(Trim.bySize(notNegative("--max-bytes", bytesMax)));
    }
    if (before != null) {
      limits.add(Trim.byOffset(offset(before)));
    }
    if (limits.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "which messages? Name --max-age, --max-count, --max-bytes or --before-offset");
    }
    deletion.run(console, List.of(log -> findAll(log, limits)));
  }

  private static OffsetSet findAll(Log log, List<Policy> limits) {
    OffsetSet found = OffsetSet.EMPTY;
    for (Policy limit : limits) {
      found = found.plus(limit.find(log));
    }
    return found;
  }

  private long notNegative(String option, long value) {
    if (value < 0) {
      throw new ParameterException(
          spec.commandLine(), "%s cannot be negative, was %d".formatted(option, value));
    }
    return value;
  }

  private long offset(String text) {
    Place place = Place.parse(spec, "--before-offset", text);
    return switch (place.kind()) {
      case OLDEST -> Log.OLDEST;
      case NEWEST -> Log.NEWEST;
      case OFFSET -> place.number();
      case TIME ->
          throw new ParameterException(
              spec.commandLine(), text + " is a time, not an offset; --max-age is for times");
    };
  }
}
