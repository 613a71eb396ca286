package io.headwater.cli;

import io.headwater.log.OffsetRange;
import io.headwater.log.OffsetSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Sets of offsets as they are typed and shown: {@code 3,5-9}, both ends of a range included. */
final class Offsets {
  private static final Pattern PART = Pattern.compile("(\\d+)(?:-(\\d+))?");
  private static final int SHOWN_MAX = 10;

  private Offsets() {}

  /**
   * Reads a set.
   *
   * @throws IllegalArgumentException if it is none; the message says why
   */
  static OffsetSet parse(String text) {
    OffsetSet.Builder offsets = OffsetSet.builder();
    for (String part : text.split(",", -1)) {
      Matcher range = PART.matcher(part);
      if (!range.matches()) {
        throw new IllegalArgumentException(
            "\"%s\" is no offset and no range of them, such as 3 or 5-9".formatted(part));
      }
      long first = number(range.group(1));
      long last = range.group(2) == null ? first : number(range.group(2));
      if (last < first) {
        throw new IllegalArgumentException(
            "the range %s ends before it starts; the lower offset comes first".formatted(part));
      }
      offsets.add(new OffsetRange(first, last + 1));
    }
    return offsets.build();
  }

  /** An offset; one that no log can have stands for the highest. */
  private static long number(String digits) {
    try {
      return Math.min(Long.parseLong(digits), Long.MAX_VALUE - 1);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE - 1;
    }
  }

  /** The whole set, as {@link #parse} reads it. */
  static String text(OffsetSet offsets) {
    return text(offsets.ranges());
  }

  /** The first ranges of the set, and how many more there are. */
  static String shortened(OffsetSet offsets) {
    List<OffsetRange> ranges = offsets.ranges();
    return ranges.size() <= SHOWN_MAX
        ? text(ranges)
        : text(ranges.subList(0, SHOWN_MAX))
            + " and %,d more ranges".formatted(ranges.size() - SHOWN_MAX);
  }

  /** A range, as in a set; a text that says so if it is empty. */
  static String text(OffsetRange range) {
    if (range.size() == 0) {
      return "none";
    }
    return range.size() == 1 ? "" + range.from() : range.from() + "-" + (range.to() - 1);
  }

  private static String text(List<OffsetRange> ranges) {
    return ranges.stream().map(Offsets::text).collect(Collectors.joining(","));
  }
}
