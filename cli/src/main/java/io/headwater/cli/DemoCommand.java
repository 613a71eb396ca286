package io.headwater.cli;

import io.headwater.broker.BrokerOptions;
import io.headwater.examples.flights.FlightsLoader;
import io.headwater.examples.flights.FlightsTopology;
import io.headwater.examples.flights.OriginStats;
import io.headwater.state.KeyValueIterator;
import io.headwater.state.ReadOnlyKeyValueStore;
import io.headwater.streams.Application;
import io.headwater.streams.Headwater;
import io.headwater.streams.QueryableStoreTypes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The example from beginning to end: a file of events becomes tables that can be queried. */
@Command(
    name = "demo",
    description = {
      "Run 20,000 flights through a log and a topology into tables.",
      "",
      "Stop it at any moment, by Ctrl-C or by kill -9, and run it again: it goes on where it was, and",
      "the totals are the same."
    },
    sortOptions = false)
final class DemoCommand implements Callable<Integer> {
  private static final int FLIGHTS_MIN = 100;
  private static final int SHOWN_MAX = 10;
  private static final int LOADED_TOGETHER_MAX = 1000;
  private static final Duration STEP = Duration.ofMillis(50);

  private final Console console;
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private DataFolder data = new DataFolder();

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Write at most so many flights a second, to have time to look or to kill it.")
  private double rate = Double.POSITIVE_INFINITY;

  @Option(names = "--json", description = "Print one JSON object an airport.")
  private boolean json;

  DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (!(rate > 0)) {
      throw new ParameterException(spec.commandLine(), "--rate must be positive, was " + rate);
    }
    data.requireOursOrNew();
    List<OriginStats> totals = new ArrayList<>();
    int flights;
    try (Headwater headwater =
            Headwater.open(data.path(), BrokerOptions.defaults().withClock(console.clock()));
        FlightsLoader loader = FlightsLoader.open(headwater.broker())) {
      greet(loader);
      Application application =
          headwater.run(FlightsTopology.APPLICATION_ID, FlightsTopology.build());
      flights = loader.total();
      if (!process(loader, application)) {
        console
            .err()
            .printf(
                Locale.ROOT,
                "stopped after %,d of %,d flights; run it again to go on%n",
                loader.done(),
                loader.total());
        return HeadwaterCommand.FAILED;
      }
      ReadOnlyKeyValueStore<String, OriginStats> store =
          application.store(FlightsTopology.ORIGIN_TOTALS, QueryableStoreTypes.keyValueStore());
      try (KeyValueIterator<String, OriginStats> all = store.all()) {
        all.forEachRemaining(entry -> totals.add(entry.value));
      }
    }
    print(totals, flights);
    return 0;
  }

  private void greet(FlightsLoader loader) {
    if (loader.done() == 0) {
      console.err().printf(Locale.ROOT, "%,d flights into %s%n", loader.total(), data.path());
    } else {
      console
          .err()
          .printf(
              Locale.ROOT,
              "%,d of %,d flights are in %s already%n",
              loader.done(),
              loader.total(),
              data.path());
    }
  }

  /** Writes what is left while the application runs; says whether all of it was processed. */
  private boolean process(FlightsLoader loader, Application application)
      throws InterruptedException {
    var pacer = new Pacer(console.clock(), rate);
    try (var progress = new Progress(console, "flights")) {
      while (!console.stop().requested()) {
        boolean loaded = loader.done() == loader.total();
        if (loaded && application.awaitCaughtUp(STEP)) {
          return true;
        }
        int due = pacer.due(LOADED_TOGETHER_MAX);
        if (!loaded && due == 0) {
          console.stop().await(min(STEP, pacer.untilNext()));
        } else if (!loaded) {
          loader.load(due);
          pacer.passed(due);
        }
        // A failure of the application ends the wait for it, so look before there is more to wait
        // for.
        application.error().ifPresent(DemoCommand::fail);
        progress.show(loader.done(), (double) loader.done() / loader.total());
      }
      return false;
    }
  }

  private static void fail(Throwable failure) {
    throw failure instanceof RuntimeException e ? e : new IllegalStateException(failure);
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private void print(List<OriginStats> totals, int flights) {
    List<OriginStats> latest =
        totals.stream()
            .filter(stats -> stats.flights() >= FLIGHTS_MIN)
            .sorted(
                Comparator.comparingDouble(OriginStats::delayMinutesMean)
                    .reversed()
                    .thenComparing(OriginStats::origin))
            .limit(SHOWN_MAX)
            .toList();
    if (json) {
      var lines = new JsonLines(console.out());
      latest.forEach(stats -> print(stats, lines));
      return;
    }
    console
        .out()
        .printf(
            "The %d airports with the highest mean delay, of those with at least %d flights:%n%n",
            latest.size(), FLIGHTS_MIN);
    var table =
        new Table()
            .text("ORIGIN")
            .text("AIRPORT")
            .text("CITY")
            .text("STATE")
            .number("FLIGHTS")
            .number("MEAN DELAY (MIN)");
    for (OriginStats stats : latest) {
      table.row(
          stats.origin(),
          stats.name(),
          stats.city(),
          stats.state(),
          stats.flights(),
          String.format(Locale.ROOT, "%.1f", stats.delayMinutesMean()));
    }
    table.print(console.out());
    console.out().println();
    long counted = totals.stream().mapToLong(OriginStats::flights).sum();
    console
        .out()
        .printf(
            Locale.ROOT,
            "%,d of %,d flights counted, from %,d airports",
            counted,
            flights,
            totals.size());
    long unknown =
        totals.stream()
            .filter(stats -> stats.name().isEmpty())
            .mapToLong(OriginStats::flights)
            .sum();
    console
        .out()
        .printf(
            Locale.ROOT,
            "%s. They are in %s; look at them with%n",
            unknown == 0 ? "" : ", %,d of them without a name".formatted(unknown),
            data.path());
    printNext("store get " + FlightsTopology.ORIGIN_TOTALS + " ORD");
    printNext("store range " + FlightsTopology.ORIGIN_DAILY + " --from ORD --to ORD");
    printNext("read " + FlightsTopology.FLIGHTS + " --max 5");
    printNext("topic list");
  }

  private void printNext(String command) {
    console.out().printf("  %s %s%s%n", console.command(), command, data.asOption());
  }

  private static void print(OriginStats stats, JsonLines lines) {
    lines.object(
        object -> {
          object.writeStringField("origin", stats.origin());
          object.writeStringField("name", stats.name());
          object.writeStringField("city", stats.city());
          object.writeStringField("state", stats.state());
          object.writeNumberField("flights", stats.flights());
          object.writeNumberField("delayMinutes", stats.delayMinutes());
          object.writeNumberField("delayMinutesMean", stats.delayMinutesMean());
        });
  }
}
