package io.headwater.examples.flights;

import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.serde.Serdes;
import io.headwater.state.WindowStore;
import io.headwater.testkit.streams.TestInputTopic;
import io.headwater.testkit.streams.TestOutputTopic;
import io.headwater.testkit.streams.TopologyTestDriver;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlightsTopologyTest {
  private final TopologyTestDriver driver = new TopologyTestDriver(FlightsTopology.build());
  private final TestInputTopic<String, Flight> flights =
      driver.createInputTopic(
          FlightsTopology.FLIGHTS, Serdes.String().serializer(), Flight.SERDE.serializer());
  private final TestOutputTopic<String, OriginStats> totals =
      driver.createOutputTopic(
          FlightsTopology.ORIGIN_TOTALS,
          Serdes.String().deserializer(),
          OriginStats.SERDE.deserializer());
  private final TestOutputTopic<String, OriginStats> daily =
      driver.createOutputTopic(
          FlightsTopology.ORIGIN_DAILY,
          Serdes.String().deserializer(),
          OriginStats.SERDE.deserializer());

  @BeforeEach
  void loadAnAirport() {
    driver
        .createInputTopic(
            FlightsTopology.AIRPORTS, Serdes.String().serializer(), Airport.SERDE.serializer())
        .pipeInput("ORD", new Airport("ORD", "O'Hare", "Chicago", "IL", "USA", 41.98, -87.9));
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void flightsAreCountedAndTheirDelaysAddedUpByOrigin() {
    fly("ORD", "2001-01-01T08:00", 10);
    fly("ORD", "2001-01-02T09:00", -3);

    assertThat(driver.<String, OriginStats>getKeyValueStore("origin-totals"))
        .extracting(store -> store.get("ORD"))
        .isEqualTo(new OriginStats("ORD", "O'Hare", "Chicago", "IL", 2, 7));
    assertThat(totals.readKeyValuesToList())
        .extracting(entry -> entry.key + " " + entry.value.flights())
        .containsExactly("ORD 1", "ORD 2");
  }

  @Test
  void aDayIsOneOfUtcAndHasTotalsOfItsOwn() {
    fly("ORD", "2001-01-01T23:59", 10);
    fly("ORD", "2001-01-02T00:00", 20);

    WindowStore<String, OriginStats> store =
        Objects.requireNonNull(driver.getWindowStore("origin-daily"));
    assertThat(store.fetch("ORD", Instant.parse("2001-01-01T00:00:00Z").toEpochMilli()))
        .isEqualTo(new OriginStats("ORD", "O'Hare", "Chicago", "IL", 1, 10));
    assertThat(store.fetch("ORD", Instant.parse("2001-01-02T00:00:00Z").toEpochMilli()))
        .isEqualTo(new OriginStats("ORD", "O'Hare", "Chicago", "IL", 1, 20));
    assertThat(daily.readKeyValuesToList())
        .extracting(entry -> entry.key)
        .containsExactly("ORD/2001-01-01", "ORD/2001-01-02");
  }

  @Test
  void aFlightOfAnUnknownAirportIsCountedUnderItsCodeAlone() {
    fly("XXX", "2001-01-01T08:00", 10);

    assertThat(totals.readValue()).isEqualTo(new OriginStats("XXX", "", "", "", 1, 10));
  }

  @Test
  void aDayIsKeptFor120Days() {
    fly("ORD", "2001-01-01T08:00", 10);
    fly("ORD", "2001-04-30T08:00", 10);
    WindowStore<String, OriginStats> store =
        Objects.requireNonNull(driver.getWindowStore("origin-daily"));
    long firstDay = Instant.parse("2001-01-01T00:00:00Z").toEpochMilli();

    assertThat(store.fetch("ORD", firstDay)).isNotNull();

    fly("ORD", "2001-05-01T08:00", 10);
    assertThat(store.fetch("ORD", firstDay)).isNull();
  }

  private void fly(String origin, String date, int delay) {
    var flight = new Flight(LocalDateTime.parse(date), delay, 100, origin, "LAX");
    flights.pipeInput(origin, flight, flight.timestampMs());
  }
}
