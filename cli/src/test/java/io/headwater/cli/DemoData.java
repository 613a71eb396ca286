package io.headwater.cli;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a demo left in its folder, read by the commands and brought into the oracle's form. */
final class DemoData {
  private static final Pattern STATS =
      Pattern.compile(".*\"flights\":(\\d+),\"delayMinutes\":(-?\\d+)}.*");
  private static final Pattern KEY = Pattern.compile(".*?\"key\":\"([^\"]+)\".*");
  private static final Pattern WINDOW = Pattern.compile(".*\"window\":\\{\"start\":(\\d+),.*");

  private DemoData() {}

  static Map<String, String> totalsStore(Cli cli) {
    return read(cli.run("store", "range", "origin-totals", "--json").lines());
  }

  static Map<String, String> dailyStore(Cli cli) {
    return read(cli.run("store", "range", "origin-daily", "--json").lines());
  }

  /** The last value of each key. */
  static Map<String, String> topic(Cli cli, String topic) {
    return read(cli.run("read", topic, "--json").lines());
  }

  private static Map<String, String> read(List<String> lines) {
    var read = new TreeMap<String, String>();
    for (String line : lines) {
      String key = match(KEY, line).group(1);
      Matcher window = WINDOW.matcher(line);
      if (window.matches()) {
        Instant start = Instant.ofEpochMilli(Long.parseLong(window.group(1)));
        key += "/" + LocalDate.ofInstant(start, ZoneOffset.UTC);
      }
      Matcher stats = match(STATS, line);
      read.put(key, stats.group(1) + " flights, " + stats.group(2));
    }
    return read;
  }

  private static Matcher match(Pattern pattern, String line) {
    Matcher matcher = pattern.matcher(line);
    if (!matcher.matches()) {
      throw new AssertionError("not as expected: " + line);
    }
    return matcher;
  }
}
