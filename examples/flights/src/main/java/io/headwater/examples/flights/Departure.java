package io.headwater.examples.flights;

import org.jspecify.annotations.Nullable;

/** A flight together with the airport that it left. */
public record Departure(Flight flight, Airport airport) {
  public Departure {
    if (!flight.origin().equals(airport.iata())) {
      throw new IllegalArgumentException(
          "a flight from %s did not leave %s".formatted(flight.origin(), airport.iata()));
    }
  }

  /** The flight with its airport; with one of which only the code is known where there is none. */
  static Departure of(Flight flight, @Nullable Airport airport) {
    return new Departure(flight, airport == null ? Airport.unknown(flight.origin()) : airport);
  }
}
