package io.headwater.examples.flights;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the flights add up to, by plain loops over the lines of the input: an oracle that shares
 * nothing with the topology but the list of airports.
 */
final class FlightsFold {
  private static final Pattern LINE =
      Pattern.compile(
          "\\{\"date\":\"(\\d+)/(\\d+)/(\\d+) (\\d+):(\\d+)\",\"delay\":(-?\\d+),"
              + "\"distance\":\\d+,\"origin\":\"(\\w+)\",\"destination\":\"\\w+\"}");

  /** One line as a record. */
  record Sent(String key, String value, long timestampMs) {}

  /** What is known of an origin, or of one of its days, after some flights. */
  record Total(
      String origin, String name, String city, String state, long flights, long delayMinutes) {}

  /** All lines, in order. */
  final List<Sent> sent = new ArrayList<>();

  /** By origin all totals that it had, in order. */
  final Map<String, List<Total>> totals = new TreeMap<>();

  /** By origin and day, like {@code ORD/2001-01-31}, all totals that it had, in order. */
  final Map<String, List<Total>> daily = new TreeMap<>();

  FlightsFold() {
    var airports = new TreeMap<String, Airport>();
    FlightData.airports().forEach(airport -> airports.put(airport.iata(), airport));
    for (byte[] bytes : FlightData.flightLines()) {
      var text = new String(bytes, UTF_8);
      Matcher line = LINE.matcher(text);
      if (!line.matches()) {
        throw new IllegalArgumentException("not a flight: " + text);
      }
      var date =
          LocalDateTime.of(
              number(line, 1), number(line, 2), number(line, 3), number(line, 4), number(line, 5));
      int delay = number(line, 6);
      String origin = line.group(7);
      sent.add(new Sent(origin, text, date.toEpochSecond(ZoneOffset.UTC) * 1000));
      Airport airport = airports.getOrDefault(origin, new Airport(origin, "", "", "", "", 0, 0));
      add(totals, origin, airport, delay);
      add(daily, origin + "/" + date.toLocalDate(), airport, delay);
    }
  }

  private static int number(Matcher line, int group) {
    return Integer.parseInt(line.group(group));
  }

  private static void add(Map<String, List<Total>> states, String key, Airport airport, int delay) {
    List<Total> earlier = states.computeIfAbsent(key, absent -> new ArrayList<>());
    long delayBefore = earlier.isEmpty() ? 0 : earlier.get(earlier.size() - 1).delayMinutes();
    earlier.add(
        new Total(
            airport.iata(),
            airport.name(),
            airport.city(),
            airport.state(),
            earlier.size() + 1,
            delayBefore + delay));
  }

  /** The last totals of each key. */
  static Map<String, Total> last(Map<String, List<Total>> states) {
    var last = new TreeMap<String, Total>();
    states.forEach((key, all) -> last.put(key, all.get(all.size() - 1)));
    return last;
  }
}
