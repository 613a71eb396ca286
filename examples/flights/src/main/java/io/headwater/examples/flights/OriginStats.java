package io.headwater.examples.flights;

import io.headwater.serde.Serde;
import io.headwater.serde.json.JsonSerde;

/**
 * What is known of the flights that left one airport.
 *
 * @param origin the airport's IATA code
 * @param flights how many there were
 * @param delayMinutes the sum of their delays; early ones lower it
 */
public record OriginStats(
    String origin, String name, String city, String state, long flights, long delayMinutes) {
  /** Of no flight yet, so of no airport. */
  public static final OriginStats NONE = new OriginStats("", "", "", "", 0, 0);

  public static final Serde<OriginStats> SERDE = JsonSerde.of(OriginStats.class);

  /**
   * These with one flight more.
   *
   * @throws IllegalArgumentException if that left another airport than those before
   */
  public OriginStats add(Departure departure) {
    Airport airport = departure.airport();
    if (flights > 0 && !origin.equals(airport.iata())) {
      throw new IllegalArgumentException(
          "a flight from %s is none of %s".formatted(airport.iata(), origin));
    }
    return new OriginStats(
        airport.iata(),
        airport.name(),
        airport.city(),
        airport.state(),
        flights + 1,
        delayMinutes + departure.flight().delay());
  }

  /** The mean delay in minutes, NaN if there was no flight. */
  public double delayMinutesMean() {
    return (double) delayMinutes / flights;
  }
}
