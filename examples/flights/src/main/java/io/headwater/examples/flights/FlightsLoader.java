package io.headwater.examples.flights;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headwater.broker.Broker;
import io.headwater.broker.DefaultPartitioner;
import io.headwater.broker.NewTopic;
import io.headwater.broker.OffsetAndMetadata;
import io.headwater.broker.TopicConfig;
import io.headwater.broker.TopicDescription.PartitionDescription;
import io.headwater.broker.TopicPartition;
import io.headwater.broker.TransactionalProducer;
import io.headwater.log.record.BatchBuilder;
import io.headwater.serde.Headers;
import io.headwater.serde.SerializationException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Writes the example's input into topics, each line exactly once: with the records of a transaction
 * goes the number of lines that are done, and the next loader goes on from there, whatever ended
 * the last one. One loader of a broker at a time, for one thread.
 */
public final class FlightsLoader implements AutoCloseable {
  /** Over how many partitions the flights are spread. */
  public static final int PARTITIONS = 3;

  private static final String ID = "flights-loader";
  private static final TopicConfig COMPACTED = TopicConfig.DEFAULT.withCompacted(true);

  private final TransactionalProducer producer;
  private final List<byte[]> flights;
  private final BatchBuilder[] batches = new BatchBuilder[PARTITIONS];
  private int done;

  private FlightsLoader(TransactionalProducer producer, List<byte[]> flights, int done) {
    this.producer = producer;
    this.flights = flights;
    this.done = done;
    for (int partition = 0; partition < PARTITIONS; partition++) {
      batches[partition] = new BatchBuilder();
    }
  }

  /**
   * Makes the topics that the topology reads and writes, and writes the airports.
   *
   * @throws LostInputException if the topic of flights was deleted after flights were written to it
   */
  public static FlightsLoader open(Broker broker) {
    var positions = broker.committedOffsets(ID);
    int flightsDone = position(positions, FlightData.FLIGHTS);
    int airportsDone = position(positions, FlightData.AIRPORTS);
    ensureFlightsAreThere(broker, flightsDone);
    if (records(broker, FlightsTopology.AIRPORTS) < airportsDone) {
      airportsDone = 0; // they are a table: written again, it is the same one
    }
    broker.createTopicIfAbsent(new NewTopic(FlightsTopology.AIRPORTS, 1, COMPACTED));
    broker.createTopicIfAbsent(NewTopic.of(FlightsTopology.FLIGHTS, PARTITIONS));
    broker.createTopicIfAbsent(new NewTopic(FlightsTopology.ORIGIN_TOTALS, PARTITIONS, COMPACTED));
    broker.createTopicIfAbsent(new NewTopic(FlightsTopology.ORIGIN_DAILY, PARTITIONS, COMPACTED));
    var loader =
        new FlightsLoader(broker.transactionalProducer(ID), FlightData.flightLines(), flightsDone);
    loader.loadAirports(airportsDone);
    return loader;
  }

  /** To write them again would count them twice. */
  private static void ensureFlightsAreThere(Broker broker, int lines) {
    long records = records(broker, FlightsTopology.FLIGHTS);
    if (records < lines) {
      throw new LostInputException(
          String.format(
              Locale.ROOT,
              "%,d lines of %s were written to topic %s, and it has %,d records: it was deleted since."
                  + " Written again they would be counted twice; to start over, use another data"
                  + " folder, or delete this one",
              lines,
              FlightData.FLIGHTS,
              FlightsTopology.FLIGHTS,
              records));
    }
  }

  /** At least as many as were written, unless the topic was deleted. */
  private static long records(Broker broker, String topic) {
    return broker.topics().contains(topic)
        ? broker.describe(topic).partitions().stream()
            .mapToLong(PartitionDescription::endOffset)
            .sum()
        : 0;
  }

  /** How many flights are written, by this loader and those before it. */
  public int done() {
    return done;
  }

  /** How many flights there are. */
  public int total() {
    return flights.size();
  }

  /**
   * Writes the next flights, as one transaction.
   *
   * @param flightsMax at most 1,000 or so: they are held in memory until the commit
   */
  public void load(int flightsMax) {
    int end = Math.min(flights.size(), done + flightsMax);
    if (done == end) {
      return;
    }
    producer.begin();
    for (int line = done; line < end; line++) {
      Flight flight = parse(flights.get(line), line + 1);
      byte[] key = flight.origin().getBytes(UTF_8);
      batches[DefaultPartitioner.partition(key, PARTITIONS)].append(
          flight.timestampMs(), key, flights.get(line), Headers.EMPTY);
    }
    for (int partition = 0; partition < PARTITIONS; partition++) {
      if (!batches[partition].isEmpty()) {
        producer.append(new TopicPartition(FlightsTopology.FLIGHTS, partition), batches[partition]);
        batches[partition].reset();
      }
    }
    commit(FlightData.FLIGHTS, end);
    done = end;
  }

  private void loadAirports(int written) {
    List<Airport> airports = FlightData.airports();
    if (written == airports.size()) {
      return;
    }
    producer.begin();
    var batch = new BatchBuilder();
    for (Airport airport : airports.subList(written, airports.size())) {
      batch.append(
          0,
          airport.iata().getBytes(UTF_8),
          Airport.SERDE.serializer().serialize(FlightsTopology.AIRPORTS, Headers.EMPTY, airport),
          Headers.EMPTY);
    }
    producer.append(new TopicPartition(FlightsTopology.AIRPORTS, 0), batch);
    commit(FlightData.AIRPORTS, airports.size());
  }

  private void commit(String file, int lines) {
    producer.addOffsets(ID, Map.of(place(file), OffsetAndMetadata.of(lines)));
    producer.commit();
  }

  private static Flight parse(byte[] line, int number) {
    try {
      return Objects.requireNonNull(
          Flight.SERDE.deserializer().deserialize(FlightsTopology.FLIGHTS, Headers.EMPTY, line));
    } catch (SerializationException e) {
      throw new IllegalArgumentException(
          "%s line %d: %s".formatted(FlightData.FLIGHTS, number, e.getMessage()), e);
    }
  }

  private static int position(Map<TopicPartition, OffsetAndMetadata> positions, String file) {
    OffsetAndMetadata position = positions.get(place(file));
    return position == null ? 0 : Math.toIntExact(position.offset());
  }

  private static TopicPartition place(String file) {
    return new TopicPartition(file, 0);
  }

  /** Takes back a transaction that was not committed. */
  @Override
  public void close() {
    producer.close();
  }
}
