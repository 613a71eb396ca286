package io.headwater.examples.flights;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.OptBoolean;
import io.headwater.serde.Serde;
import io.headwater.serde.json.JsonSerde;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Objects;

/**
 * One flight.
 *
 * @param date when it was; the data has no zone, so UTC is taken
 * @param delay in minutes, negative if early
 * @param distance in miles
 * @param origin IATA code of the airport it left
 * @param destination IATA code of the airport it went to
 */
public record Flight(
    @JsonFormat(pattern = "uuuu/MM/dd HH:mm", lenient = OptBoolean.FALSE) LocalDateTime date,
    int delay,
    int distance,
    String origin,
    String destination) {
  /** As a line of {@code flights.jsonl}. */
  public static final Serde<Flight> SERDE = JsonSerde.of(Flight.class);

  public Flight {
    Objects.requireNonNull(date, "a flight has a date");
    Objects.requireNonNull(origin, "a flight has an origin");
    Objects.requireNonNull(destination, "a flight has a destination");
  }

  /** When it was, in milliseconds since 1970 in UTC: the timestamp of its record. */
  public long timestampMs() {
    return date.toInstant(ZoneOffset.UTC).toEpochMilli();
  }
}
