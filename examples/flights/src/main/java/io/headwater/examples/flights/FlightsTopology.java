package io.headwater.examples.flights;

import io.headwater.serde.Serdes;
import io.headwater.state.StateStore;
import io.headwater.state.WindowStore;
import io.headwater.state.Windowed;
import io.headwater.streams.StreamsBuilder;
import io.headwater.streams.Topology;
import io.headwater.streams.kstream.Consumed;
import io.headwater.streams.kstream.Materialized;
import io.headwater.streams.kstream.Produced;
import io.headwater.streams.kstream.TimeWindows;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * Counts flights and adds up their delays, by the airport that they left: over all, and day by day
 * in UTC. Both results are stores that can be queried, and topics of the same names with every
 * update.
 */
public final class FlightsTopology {
  /** The id that the demo runs the topology under. */
  public static final String APPLICATION_ID = "flights";

  /** Topic of flights; the key is the origin, the timestamp the flight's own time. */
  public static final String FLIGHTS = "flights";

  /** Topic of airports; the key is the code. */
  public static final String AIRPORTS = "airports";

  /** Store and topic of what is known of each origin; the key is its code. */
  public static final String ORIGIN_TOTALS = "origin-totals";

  /** Store and topic likewise for each day; a key of the topic is like {@code ORD/2001-01-31}. */
  public static final String ORIGIN_DAILY = "origin-daily";

  private static final Duration DAY = Duration.ofDays(1);

  private FlightsTopology() {}

  /** The topology. */
  public static Topology build() {
    var builder = new StreamsBuilder();
    var airports = builder.globalTable(AIRPORTS, Consumed.with(Serdes.String(), Airport.SERDE));

    var departures =
        builder.stream(FLIGHTS, Consumed.with(Serdes.String(), Flight.SERDE))
            .leftJoin(airports, (origin, flight) -> origin, Departure::of)
            .groupByKey();

    departures
        .aggregate(
            () -> OriginStats.NONE,
            (origin, departure, stats) -> stats.add(departure),
            stored(ORIGIN_TOTALS))
        .toStream()
        .to(ORIGIN_TOTALS, Produced.with(Serdes.String(), OriginStats.SERDE));

    departures
        .windowedBy(TimeWindows.ofSizeAndGrace(DAY, DAY))
        .aggregate(
            () -> OriginStats.NONE,
            (origin, departure, stats) -> stats.add(departure),
            FlightsTopology.<WindowStore<byte[], byte[]>>stored(ORIGIN_DAILY)
                .withRetention(Duration.ofDays(120)))
        .toStream((window, stats) -> window.key() + "/" + day(window))
        .to(ORIGIN_DAILY, Produced.with(Serdes.String(), OriginStats.SERDE));

    return builder.build();
  }

  private static <S extends StateStore> Materialized<String, OriginStats, S> stored(String name) {
    return Materialized.<String, OriginStats, S>as(name)
        .withKeySerde(Serdes.String())
        .withValueSerde(OriginStats.SERDE);
  }

  private static LocalDate day(Windowed<String> window) {
    return LocalDate.ofInstant(window.window().startTime(), ZoneOffset.UTC);
  }
}
