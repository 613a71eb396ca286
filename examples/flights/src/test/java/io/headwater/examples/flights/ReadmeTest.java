package io.headwater.examples.flights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.Log;
import io.headwater.log.LogOptions;
import io.headwater.log.TypedLog;
import io.headwater.log.policy.Trim;
import io.headwater.serde.Serdes;
import io.headwater.state.ReadOnlyKeyValueStore;
import io.headwater.streams.Application;
import io.headwater.streams.Headwater;
import io.headwater.streams.QueryableStoreTypes;
import io.headwater.testkit.streams.TopologyTestDriver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's Java is the example's own, or runs here. */
final class ReadmeTest {
  private static final Path ROOT = Path.of("..", "..");
  private static final Path SOURCES = Path.of("src");
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @Test
  void everyBlockOfJavaStandsInTheExampleOrInThisTest() throws IOException {
    List<String> blocks =
        JAVA.matcher(Files.readString(ROOT.resolve("README.md")))
            .results()
            .map(match -> withoutLayout(match.group(1)))
            .toList();
    assertThat(blocks).hasSize(4);

    String sources;
    try (Stream<Path> files = Files.walk(SOURCES)) {
      sources =
          String.join(
              "\n",
              files
                  .filter(file -> file.toString().endsWith(".java"))
                  .map(ReadmeTest::read)
                  .map(ReadmeTest::withoutLayout)
                  .toList());
    }
    assertThat(blocks)
        .allSatisfy(block -> assertThat(sources.contains(block)).as("%s", block).isTrue());
  }

  @Test
  void theApplicationPrintsTheTotalOfAnAirport(@TempDir Path folder) throws InterruptedException {
    try (var headwater = Headwater.open(folder);
        var loader = FlightsLoader.open(headwater.broker())) {
      loader.load(1_000);
    }
    var printed = new ByteArrayOutputStream();
    PrintStream out = System.out;
    System.setOut(new PrintStream(printed, true, UTF_8));
    try (var headwater = Headwater.open(folder)) {
      Application application = headwater.run("flights", FlightsTopology.build());
      application.awaitCaughtUp(Duration.ofMinutes(1));
      ReadOnlyKeyValueStore<String, OriginStats> totals =
          application.store("origin-totals", QueryableStoreTypes.keyValueStore());
      System.out.println(totals.get("JFK"));
    } finally {
      System.setOut(out);
    }
    assertThat(printed.toString(UTF_8)).startsWith("OriginStats[origin=JFK, name=John F Kennedy");
  }

  @Test
  void aLogPrintsItsMessages(@TempDir Path folder) throws InterruptedException {
    var printed = new ByteArrayOutputStream();
    PrintStream out = System.out;
    System.setOut(new PrintStream(printed, true, UTF_8));
    var options = LogOptions.builder().keyIndex(true).build();
    try (var log = TypedLog.open(folder, options, Serdes.String(), Serdes.String())) {
      log.publish("JFK", "boarding");
      log.publish("DTW", "delayed");
      log.publish("JFK", "departed");
      log.sync(); // from here on they survive a power cut

      var read = log.consumeBlocking(Log.OLDEST, 100, Duration.ofSeconds(30)); // for the first
      for (var message : read.messages()) {
        System.out.println(message.offset() + " " + message.key() + " " + message.value());
      }

      System.out.println(log.getByKey("JFK").value()); // departed

      Trim.byCount(2).apply(log.raw()); // the oldest may go
    } finally {
      System.setOut(out);
    }
    assertThat(printed.toString(UTF_8).lines())
        .containsExactly("0 JFK boarding", "1 DTW delayed", "2 JFK departed", "departed");
  }

  @Test
  @SuppressWarnings("NullAway") // the README's assertion fails as well on an absent key
  void theTestDriverCountsAFlight() {
    var flight = new Flight(LocalDateTime.parse("2001-01-01T00:47"), 66, 1750, "JFK", "LAS");
    try (var driver = new TopologyTestDriver(FlightsTopology.build())) {
      var flights =
          driver.createInputTopic(
              "flights", Serdes.String().serializer(), Flight.SERDE.serializer());
      flights.pipeInput("JFK", flight);
      var totals = driver.<String, OriginStats>getKeyValueStore("origin-totals");
      assertThat(totals.get("JFK").flights()).isEqualTo(1);
    }
  }

  private static String read(Path file) {
    try {
      return Objects.requireNonNull(Files.readString(file));
    } catch (IOException e) {
      throw new IllegalStateException(file + " cannot be read", e);
    }
  }

  private static String withoutLayout(String code) {
    return code.replaceAll("\\s+", "");
  }
}
