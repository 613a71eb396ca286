package io.headwater.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Where in a log reading begins, as it is typed on the command line.
 *
 * @param number of {@link Kind#OFFSET} the offset, the highest there is if it is no {@code long};
 *     of {@link Kind#TIME} milliseconds since 1970
 * @param text as it was typed
 */
record Place(Kind kind, long number, String text) {
  enum Kind {
    OLDEST,
    /** Behind the last record there is; of a single record, the last one. */
    NEWEST,
    OFFSET,
    TIME
  }

  /**
   * Reads a place that an option names.
   *
   * @throws ParameterException if it is none
   */
  static Place parse(CommandSpec spec, String option, String text) {
    if (text.equals("oldest")) {
      return new Place(Kind.OLDEST, 0, text);
    }
    if (text.equals("newest")) {
      return new Place(Kind.NEWEST, 0, text);
    }
    if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return new Place(Kind.OFFSET, offset(text), text);
    }
    try {
      return new Place(Kind.TIME, TimestampFormat.ISO.parseMs(text), text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(),
          "%s is oldest, newest, an offset or a time such as 2001-01-31T23:59, was %s"
              .formatted(option, text),
          e);
    }
  }

  private static long offset(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }
}
