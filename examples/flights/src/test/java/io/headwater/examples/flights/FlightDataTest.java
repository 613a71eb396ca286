package io.headwater.examples.flights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.serde.Headers;
import io.headwater.serde.SerializationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlightDataTest {
  private static final String HEADER = "iata,name,city,state,country,latitude,longitude\n";

  @Test
  void everyLineIsAFlightAndIsWrittenAsItWasRead() throws IOException {
    var lines = lines();
    assertThat(lines).hasSize(20_000);
    for (int i = 0; i < lines.size(); i++) {
      Flight flight = flight(lines.get(i));
      byte[] written = Flight.SERDE.serializer().serialize("flights", Headers.EMPTY, flight);
      assertThat(new String(Objects.requireNonNull(written), UTF_8))
          .as("line %d", i + 1)
          .isEqualTo(lines.get(i));
    }
  }

  @Test
  void flightsAreInTheOrderOfTheirDates() throws IOException {
    var flights = flights();
    assertThat(flights).isSortedAccordingTo(Comparator.comparingLong(Flight::timestampMs));
    assertThat(flights.get(0))
        .isEqualTo(new Flight(LocalDateTime.of(2001, 1, 1, 0, 47), 66, 1750, "DTW", "LAS"));
    assertThat(flights.get(0).timestampMs())
        .isEqualTo(Instant.parse("2001-01-01T00:47:00Z").toEpochMilli());
    assertThat(flights.get(19_999).date()).isEqualTo(LocalDateTime.of(2001, 3, 31, 22, 27));
  }

  @Test
  void everyAirportOfAFlightIsKnown() throws IOException {
    var airports = airportsByIata();
    assertThat(airports).hasSize(3_376);
    for (Flight flight : flights()) {
      assertThat(airports).containsKeys(flight.origin(), flight.destination());
    }
  }

  @Test
  void aQuotedNameKeepsItsCommas() {
    assertThat(airportsByIata().get("53A"))
        .isEqualTo(
            new Airport(
                "53A", "Dr. C.P. Savage, Sr.", "Montezuma", "GA", "USA", 32.302, -84.00747222));
  }

  /** The sums are taken from the text of the lines, past serdes and records. */
  @Test
  void statsAddUpToTheFlightsAndTheirDelays() throws IOException {
    var airports = airportsByIata();
    var stats = new TreeMap<String, OriginStats>();
    for (Flight flight : flights()) {
      Airport airport = Objects.requireNonNull(airports.get(flight.origin()));
      stats.merge(
          flight.origin(),
          OriginStats.NONE.add(new Departure(flight, airport)),
          (before, one) -> before.add(new Departure(flight, airport)));
    }

    var line = Pattern.compile(".*\"delay\":(-?\\d+),.*\"origin\":\"(\\w+)\".*");
    var counts = new HashMap<String, Long>();
    var delays = new HashMap<String, Long>();
    for (String text : lines()) {
      var match = line.matcher(text);
      assertThat(match.matches()).isTrue();
      counts.merge(match.group(2), 1L, Long::sum);
      delays.merge(match.group(2), Long.parseLong(match.group(1)), Long::sum);
    }
    assertThat(stats).hasSize(220).hasSameSizeAs(counts);
    stats.forEach(
        (origin, found) -> {
          assertThat(found.flights()).as(origin).isEqualTo(counts.get(origin));
          assertThat(found.delayMinutes()).as(origin).isEqualTo(delays.get(origin));
        });
    assertThat(stats.get("JFK"))
        .isEqualTo(new OriginStats("JFK", "John F Kennedy Intl", "New York", "NY", 200, 3_240));
    assertThat(Objects.requireNonNull(stats.get("JFK")).delayMinutesMean()).isEqualTo(16.2);
  }

  @Test
  void statsAreWrittenWithThesePropertiesInThisOrder() {
    var stats = new OriginStats("SFO", "San Francisco International", "San Francisco", "CA", 2, -3);
    byte[] json = OriginStats.SERDE.serializer().serialize("totals", Headers.EMPTY, stats);
    assertThat(new String(Objects.requireNonNull(json), UTF_8))
        .isEqualTo(
            """
            {"origin":"SFO","name":"San Francisco International","city":"San Francisco",\
            "state":"CA","flights":2,"delayMinutes":-3}""");
    assertThat(OriginStats.SERDE.deserializer().deserialize("totals", Headers.EMPTY, json))
        .isEqualTo(stats);
  }

  @Test
  void nobodyCanChangeAValueOnceItIsMade() {
    assertThat(List.of(Flight.SERDE, Airport.SERDE, OriginStats.SERDE))
        .allMatch(serde -> serde.immutable());
  }

  @Test
  void aFlightIsOfItsOriginOnly() {
    var airports = airportsByIata();
    var fromSfo = new Flight(LocalDateTime.of(2001, 1, 1, 0, 0), 0, 1, "SFO", "LAX");
    var lax = Objects.requireNonNull(airports.get("LAX"));
    var sfo = Objects.requireNonNull(airports.get("SFO"));
    assertThatThrownBy(() -> new Departure(fromSfo, lax))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a flight from SFO did not leave LAX");
    var stats = new OriginStats("LAX", "", "", "", 1, 0);
    assertThatThrownBy(() -> stats.add(new Departure(fromSfo, sfo)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a flight from SFO is none of LAX");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"date\":\"2001/02/30 00:47\",\"delay\":66,\"distance\":1,\"origin\":\"A\",\"destination\":\"B\"}",
        "{\"date\":\"2001-02-03\",\"delay\":66,\"distance\":1,\"origin\":\"A\",\"destination\":\"B\"}",
        "{\"date\":\"2001/02/03 00:47\",\"delay\":66,\"distance\":1,\"destination\":\"B\"}",
        "{\"date\":\"2001/02/03 00:47\",\"distance\":1,\"origin\":\"A\",\"destination\":\"B\"}",
        "{\"date\":\"2001/02/03 00:47\",\"delay\":66,\"distance\":1,\"origin\":\"A\"",
        "not json"
      })
  void aLineThatIsNoFlightIsRefused(String line) {
    assertThatThrownBy(() -> flight(line))
        .isInstanceOf(SerializationException.class)
        .hasMessageStartingWith("topic flights: expected JSON of Flight, found an error at byte ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SFO,San Francisco,San Francisco,CA,USA,37.6       | 3",
        "SFO,San Francisco,San Francisco,CA,USA,37.6,x     | 3",
        "SFO,San Francisco,San Francisco,CA,USA,37.6,1,2   | 3",
        "SFO,San Francisco,San Francisco,CA,USA,,1         | 3"
      })
  void aLineThatIsNoAirportIsRefusedWithFileAndLine(String line, int number) {
    byte[] csv =
        (HEADER + "LAX,L,L,CA,USA,1,2\n" + line + "\nJFK,J,N,NY,USA,1,2\n").getBytes(UTF_8);
    assertThatThrownBy(() -> FlightData.parseAirports("my.csv", new ByteArrayInputStream(csv)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "my.csv line " + number + ": expected an airport, found an error: ");
  }

  @Test
  void columnsMayBeInAnyOrderButNoneMayBeMissing() throws IOException {
    byte[] swapped =
        "name,iata,state,city,country,longitude,latitude\nN,I,S,C,USA,2,1\n".getBytes(UTF_8);
    assertThat(FlightData.parseAirports("my.csv", new ByteArrayInputStream(swapped)))
        .containsExactly(new Airport("I", "N", "C", "S", "USA", 1, 2));
    byte[] missing = "iata,name,city,state,country,latitude\nI,N,C,S,USA,1\n".getBytes(UTF_8);
    assertThatThrownBy(() -> FlightData.parseAirports("my.csv", new ByteArrayInputStream(missing)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("longitude");
  }

  private static Map<String, Airport> airportsByIata() {
    return FlightData.airports().stream()
        .collect(Collectors.toMap(Airport::iata, Function.identity()));
  }

  private static List<String> lines() throws IOException {
    try (var in = FlightData.openFlights()) {
      return new String(in.readAllBytes(), UTF_8).lines().toList();
    }
  }

  private static List<Flight> flights() throws IOException {
    var flights = new ArrayList<Flight>();
    for (String line : lines()) {
      flights.add(flight(line));
    }
    return flights;
  }

  private static Flight flight(String line) {
    return Objects.requireNonNull(
        Flight.SERDE.deserializer().deserialize("flights", Headers.EMPTY, line.getBytes(UTF_8)));
  }
}
