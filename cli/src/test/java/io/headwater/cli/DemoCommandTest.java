package io.headwater.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.broker.Broker;
import io.headwater.broker.BrokerOptions;
import io.headwater.examples.flights.FlightsLoader;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoCommandTest {
  @TempDir private Path temporary = Path.of("");

  @Test
  void theDemoComesToWhatItsInputAddsUpToAndAgainIfRunAgain() {
    // The application commits by the clock, so this one has to go.
    var cli = new Cli(temporary.resolve("data")).withClock(InstantSource.system());

    var first = cli.run("demo");
    var again = cli.run("demo");

    assertThat(first.exitCode()).isZero();
    assertThat(first.out())
        .isEqualTo(
            """
            The 10 airports with the highest mean delay, of those with at least 100 flights:

            ORIGIN  AIRPORT                           CITY         STATE  FLIGHTS  MEAN DELAY (MIN)
            JFK     John F Kennedy Intl               New York     NY         200              16.2
            SEA     Seattle-Tacoma Intl               Seattle      WA         339              13.3
            SMF     Sacramento International          Sacramento   CA         121              13.1
            MIA     Miami International               Miami        FL         294              13.1
            BOS     Gen Edw L Logan Intl              Boston       MA         369              12.5
            PHX     Phoenix Sky Harbor International  Phoenix      AZ         633              12.0
            DEN     Denver Intl                       Denver       CO         452              11.9
            MSY     New Orleans International         New Orleans  LA         176              11.6
            TPA     Tampa International               Tampa        FL         255              11.3
            PDX     Portland Intl                     Portland     OR         172              10.8

            20,000 of 20,000 flights counted, from 220 airports. They are in DATA; look at them with
              headwater store get origin-totals ORD --data DATA
              headwater store range origin-daily --from ORD --to ORD --data DATA
              headwater read flights --max 5 --data DATA
              headwater topic list --data DATA
            """);
    assertThat(first.err()).isEqualTo("20,000 flights into DATA\n");
    assertThat(again.out()).isEqualTo(first.out());
    assertThat(again.err()).isEqualTo("20,000 of 20,000 flights are in DATA already\n");
    assertThat(DemoData.totalsStore(cli)).isEqualTo(ExpectedTotals.byOrigin());
    assertThat(DemoData.dailyStore(cli)).isEqualTo(ExpectedTotals.byOriginAndDay());
    assertThat(DemoData.topic(cli, "origin-totals")).isEqualTo(ExpectedTotals.byOrigin());
    assertThat(DemoData.topic(cli, "origin-daily")).isEqualTo(ExpectedTotals.byOriginAndDay());
    assertThat(cli.run("demo", "--json").lines())
        .hasSize(10)
        .first()
        .isEqualTo(
            """
            {"origin":"JFK","name":"John F Kennedy Intl","city":"New York","state":"NY",\
            "flights":200,"delayMinutes":3240,"delayMinutesMean":16.2}""");
  }

  @Test
  void aStopBeforeTheEndClosesCleanlyAndSaysHowToGoOn() {
    var stop = new Stop();
    stop.request();

    var ran = new Cli(temporary.resolve("data")).withStop(stop).run("demo");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).endsWith("stopped after 0 of 20,000 flights; run it again to go on\n");
  }

  @Test
  void flightsWhoseTopicWasDeletedAreNotSaidToBeThere() {
    Path data = temporary.resolve("data");
    try (var broker = Broker.open(data, BrokerOptions.defaults());
        var loader = FlightsLoader.open(broker)) {
      loader.load(1000);
    }
    var cli = new Cli(data);
    cli.run("topic", "delete", "flights");

    var ran = cli.run("demo");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .isEqualTo(
            "headwater: 1,000 lines of flights.jsonl were written to topic flights, and it has 0"
                + " records: it was deleted since. Written again they would be counted twice; to start"
                + " over, use another data folder, or delete this one\n");
  }

  @Test
  void aRateMustBePositive() {
    assertThat(new Cli(temporary.resolve("data")).run("demo", "--rate", "-1").exitCode())
        .isEqualTo(2);
    assertThat(temporary.resolve("data")).doesNotExist();
  }
}
