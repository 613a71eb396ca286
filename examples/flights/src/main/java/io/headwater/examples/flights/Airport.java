package io.headwater.examples.flights;

import io.headwater.serde.Serde;
import io.headwater.serde.json.JsonSerde;

/**
 * One airport.
 *
 * @param iata its code, which flights name it by
 * @param city where it is, {@code NA} if not known
 * @param state where it is, {@code NA} if not known
 * @param latitude in degrees, north positive
 * @param longitude in degrees, east positive
 */
public record Airport(
    String iata,
    String name,
    String city,
    String state,
    String country,
    double latitude,
    double longitude) {
  public static final Serde<Airport> SERDE = JsonSerde.of(Airport.class);

  /** An airport of which only the code is known: all text is empty, and it is nowhere. */
  static Airport unknown(String iata) {
    return new Airport(iata, "", "", "", "", Double.NaN, Double.NaN);
  }
}
