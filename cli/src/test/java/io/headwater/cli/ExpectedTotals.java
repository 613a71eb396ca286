package io.headwater.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headwater.examples.flights.FlightData;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the demo must come to, folded straight from the lines of its input. */
final class ExpectedTotals {
  private static final Pattern LINE =
      Pattern.compile("\\{\"date\":\"(\\S+) \\S+\",\"delay\":(-?\\d+),.*\"origin\":\"(\\w+)\".*");

  private ExpectedTotals() {}

  /**
   * By origin, the number of its flights and the sum of their delays, as {@code 12 flights, -34}.
   */
  static Map<String, String> byOrigin() {
    return fold(line -> line.group(3));
  }

  /** Likewise by origin and day, as {@code ORD/2001-01-31}. */
  static Map<String, String> byOriginAndDay() {
    return fold(line -> line.group(3) + "/" + line.group(1).replace('/', '-'));
  }

  private interface Key {
    String of(Matcher line);
  }

  private static Map<String, String> fold(Key key) {
    var flights = new TreeMap<String, Integer>();
    var delays = new TreeMap<String, Integer>();
    for (byte[] bytes : FlightData.flightLines()) {
      Matcher line = LINE.matcher(new String(bytes, UTF_8));
      if (!line.matches()) {
        throw new AssertionError("not a flight: " + new String(bytes, UTF_8));
      }
      flights.merge(key.of(line), 1, Integer::sum);
      delays.merge(key.of(line), Integer.parseInt(line.group(2)), Integer::sum);
    }
    var totals = new TreeMap<String, String>();
    flights.forEach((k, count) -> totals.put(k, count + " flights, " + delays.get(k)));
    return totals;
  }
}
