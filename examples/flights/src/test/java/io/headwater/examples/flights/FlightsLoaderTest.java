package io.headwater.examples.flights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.broker.Broker;
import io.headwater.broker.BrokerOptions;
import io.headwater.broker.FetchedRecords;
import io.headwater.broker.IsolationLevel;
import io.headwater.broker.TopicPartition;
import io.headwater.serde.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FlightsLoaderTest {
  private final Broker broker = Broker.inMemory(BrokerOptions.defaults());

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void everyLineBecomesOneRecordWhereverALoaderEnds() {
    for (int flightsMax : List.of(1, 999, 5000, 7, 20_000, 1)) {
      try (var loader = FlightsLoader.open(broker)) {
        loader.load(flightsMax);
      }
    }

    assertThat(values(FlightsTopology.FLIGHTS, FlightsLoader.PARTITIONS))
        .containsExactlyInAnyOrderElementsOf(
            FlightData.flightLines().stream().map(line -> new String(line, UTF_8)).toList());
    assertThat(values(FlightsTopology.AIRPORTS, 1)).hasSize(FlightData.airports().size());
  }

  @Test
  void flightsAreKeyedByTheirOriginAndTimedByTheirDate() {
    try (var loader = FlightsLoader.open(broker)) {
      loader.load(100);
      assertThat(loader.done()).isEqualTo(100);
      assertThat(loader.total()).isEqualTo(20_000);
    }

    for (int partition = 0; partition < FlightsLoader.PARTITIONS; partition++) {
      FetchedRecords records = fetch(FlightsTopology.FLIGHTS, partition, 0);
      while (records.next()) {
        Flight flight =
            Objects.requireNonNull(
                Flight.SERDE
                    .deserializer()
                    .deserialize(FlightsTopology.FLIGHTS, Headers.EMPTY, records.value()));
        assertThat(records.key()).isEqualTo(flight.origin().getBytes(UTF_8));
        assertThat(records.timestampMs()).isEqualTo(flight.timestampMs());
      }
    }
  }

  @Test
  void flightsWhoseTopicWasDeletedAreNotTakenForWritten() {
    try (var loader = FlightsLoader.open(broker)) {
      loader.load(1100);
    }
    broker.deleteTopic(FlightsTopology.FLIGHTS);

    assertThatThrownBy(() -> FlightsLoader.open(broker))
        .isInstanceOf(LostInputException.class)
        .hasMessageStartingWith(
            "1,100 lines of flights.jsonl were written to topic flights, and it has 0 records: ");
    assertThat(broker.topics()).doesNotContain(FlightsTopology.FLIGHTS);
  }

  @Test
  void airportsWhoseTopicWasDeletedAreWrittenAgain() {
    FlightsLoader.open(broker).close();
    broker.deleteTopic(FlightsTopology.AIRPORTS);

    FlightsLoader.open(broker).close();
    FlightsLoader.open(broker).close();

    assertThat(values(FlightsTopology.AIRPORTS, 1)).hasSize(FlightData.airports().size());
  }

  private List<String> values(String topic, int partitions) {
    var values = new ArrayList<String>();
    for (int partition = 0; partition < partitions; partition++) {
      FetchedRecords records = fetch(topic, partition, 0);
      while (!records.isEmpty()) {
        while (records.next()) {
          values.add(new String(Objects.requireNonNull(records.value()), UTF_8));
        }
        records = fetch(topic, partition, records.nextOffset());
      }
    }
    return values;
  }

  private FetchedRecords fetch(String topic, int partition, long offset) {
    return broker.fetch(
        new TopicPartition(topic, partition), offset, 1 << 20, IsolationLevel.READ_COMMITTED);
  }
}
