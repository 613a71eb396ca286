package io.headwater.examples.flights;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The example's input: the files shipped with it. */
public final class FlightData {
  /** One flight a line, as JSON, in the order of their dates. */
  public static final String FLIGHTS = "flights.jsonl";

  /** One airport a line, under a line with the columns' names. */
  public static final String AIRPORTS = "airports.csv";

  private FlightData() {}

  /** The bytes of {@link #FLIGHTS}, UTF-8; the caller closes them. */
  public static InputStream openFlights() {
    return open(FLIGHTS);
  }

  /** The lines of {@link #FLIGHTS} without their ends, UTF-8. */
  public static List<byte[]> flightLines() {
    try (var lines = new BufferedReader(new InputStreamReader(openFlights(), UTF_8))) {
      return lines.lines().map(line -> line.getBytes(UTF_8)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + FLIGHTS, e);
    }
  }

  /** All airports, in the order of the file. */
  public static List<Airport> airports() {
    try (InputStream in = open(AIRPORTS)) {
      return parseAirports(AIRPORTS, in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + AIRPORTS, e);
    }
  }

  /**
   * Airports from CSV whose first line names the columns, in any order.
   *
   * @param file what errors call it
   * @throws IllegalArgumentException if a line is no airport; the message names file and line
   */
  static List<Airport> parseAirports(String file, InputStream csv) throws IOException {
    var reader =
        CsvMapper.builder()
            .enable(CsvParser.Feature.FAIL_ON_MISSING_COLUMNS)
            .enable(CsvParser.Feature.FAIL_ON_MISSING_HEADER_COLUMNS)
            .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build()
            .readerFor(Airport.class)
            .with(CsvSchema.emptySchema().withHeader());
    var airports = new ArrayList<Airport>();
    try (MappingIterator<Airport> lines = reader.readValues(csv)) {
      while (lines.hasNextValue()) {
        airports.add(lines.nextValue());
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s line %d: expected an airport, found an error: %s"
              .formatted(file, e.getLocation().getLineNr(), e.getOriginalMessage()),
          e);
    }
    return airports;
  }

  private static InputStream open(String file) {
    return Objects.requireNonNull(
        FlightData.class.getResourceAsStream(file), () -> file + " is not among the resources");
  }
}
