package io.headwater.examples.flights;

/** A flight together with the airport that it left. */
public record Departure(Flight flight, Airport airport) {
  public Departure {
    if (!flight.origin().equals(airport.iata())) {
      throw new IllegalArgumentException(
          "a flight from %s did not leave %s".formatted(flight.origin(), airport.iata()));
    }
  }
}
