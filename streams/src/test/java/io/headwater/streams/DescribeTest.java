package io.headwater.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.testing.Seeds;
import io.headwater.streams.Twins.Global;
import io.headwater.streams.Twins.Stream;
import io.headwater.streams.Twins.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.kafka.streams.errors.TopologyException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The oracle is Kafka Streams: the same calls give the same description, to the letter. */
class DescribeTest {
  private static void assertSame(Consumer<Twins> calls) {
    var twins = new Twins();
    calls.accept(twins);
    assertThat(twins.ours.build().describe().toString())
        .isEqualTo(twins.theirs.build().describe().toString());
  }

  @Test
  void anEmptyTopology() {
    assertSame(twins -> {});
  }

  @Test
  void statelessOperationsWithGeneratedNames() {
    assertSame(
        twins -> {
          Stream stream = twins.stream("in").filter(null).mapValues(null).map(null).peek(null);
          stream.selectKey(null).to("out", null);
          stream.foreach(null);
          stream.process(null).to("out", null);
          stream.processValues(null).to("out", null);
        });
  }

  @Test
  void generatedNamesAreTheSameInAnyLanguage() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("fa"));
    try {
      assertThat("%d".formatted(12)).as("digits of the language").isNotEqualTo("12");
      var builder = new StreamsBuilder();
      builder.stream("in").to("out");
      assertThat(builder.build().describe().toString())
          .contains("Sub-topology: 0", "KSTREAM-SOURCE-0000000000", "KSTREAM-SINK-0000000001");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void statelessOperationsWithGivenNames() {
    assertSame(
        twins -> {
          Stream stream = twins.stream("in", "read").filter("f").mapValues("mv").map("m").peek("p");
          stream.selectKey("key").to("out", "write");
          stream.foreach("each");
        });
  }

  @Test
  void aStreamOfSeveralTopicsAndOneOfAPattern() {
    assertSame(
        twins -> {
          twins.stream("c", "b", "a").to("out", null);
          twins.stream(Pattern.compile("x-.*")).to("out", null);
        });
  }

  @Test
  void streamsOfTheSameTopicAreOneSource() {
    assertSame(
        twins -> {
          Stream one = twins.stream("a", "b").filter(null);
          Stream two = twins.stream("b", "a").mapValues(null);
          one.merge(two, null).to("out", null);
          twins.stream(Pattern.compile("x.*")).to("o1", null);
          twins.stream(Pattern.compile("x.*")).to("o2", null);
        });
  }

  @Test
  void splitStreams() {
    assertSame(
        twins -> {
          twins.stream("a").split(null).forEach(branch -> branch.to("out", null));
          twins.stream("b")
              .map(null)
              .split("parts")
              .forEach(branch -> branch.groupByKey(null).count(null, null));
        });
  }

  @Test
  void aggregationsWithoutRepartitioning() {
    assertSame(
        twins -> {
          var grouped = twins.stream("in").groupByKey(null);
          grouped.count(null, null).to("out", null);
          grouped.count("counting", null).to("out", null);
          grouped.count(null, "counts").to("out", null);
          grouped.count("counting-too", "unused").to("out", null);
          grouped.reduce(null, null).toStream(null).to("out", null);
          grouped.reduce("reducing", "reduced").toStream("changes").to("out", null);
          grouped.aggregate("aggregating", "aggregated").toStream(null).to("out", null);
        });
  }

  @Test
  void aggregationsBehindARepartitioning() {
    assertSame(
        twins -> {
          var grouped = twins.stream("in").groupBy(null);
          grouped.count(null, null).to("out", null);
          grouped.count(null, "counts").to("out", null);
          var named = twins.stream("in2").groupBy("by-value");
          named.count(null, "counts2").to("out", null);
          named.reduce("reducing", "reduced").toStream(null).to("out", null);
          named.windowed().count(null, null).to("out", null);
        });
  }

  @Test
  void windowedAggregations() {
    assertSame(
        twins -> {
          var windowed = twins.stream("in").selectKey(null).groupByKey(null).windowed();
          windowed.count(null, null).to("out", null);
          windowed.count("counting", null).to("out", null);
          windowed.count(null, "counts").to("out", null);
          windowed.count("counting-too", "unused").to("out", null);
          windowed.reduce(null).to("out", null);
          windowed.reduce("reduced").to("out", null);
        });
  }

  @Test
  void tablesAreStoredOnlyIfNeeded() {
    assertSame(
        twins -> {
          twins.table("a", null, null).toStream(null).to("out", null);
          twins.table("b", "read", "stored").filter(null, null).toStream(null).to("out", null);
          twins.table("c", "reading", null).filter("f", "fs").mapValues(null, "ms");
          twins.table("d", null, null).mapValues("m", null).groupBy(null).count(null);
        });
  }

  @Test
  void streamsAsTables() {
    assertSame(
        twins -> {
          twins.stream("a").toTable(null, null).toStream(null).to("out", null);
          twins.stream("b").map(null).toTable("table", "stored").toStream("s").to("out", null);
          twins.stream("c").map(null).toTable(null, null).mapValues(null, null);
          twins.stream("d").toTable("t", null).groupBy("g").aggregate();
        });
  }

  @Test
  void groupedTables() {
    assertSame(
        twins -> {
          var grouped = twins.table("a", null, null).groupBy(null);
          grouped.count(null).to("out", null);
          grouped.reduce("adding", "sums").toStream(null).to("out", null);
          var named = twins.table("b", null, "b-store").filter(null, null).groupBy("named");
          named.count("counting").to("out", null);
          named.reduce(null, null).toStream(null).to("out", null);
        });
  }

  @Test
  void streamTableJoins() {
    assertSame(
        twins -> {
          Table table = twins.table("table", null, null);
          twins.stream("a").join(table, null).to("out", null);
          twins.stream("b").leftJoin(table.mapValues(null, null), "left").to("out", null);
          Stream changed = twins.stream("c").selectKey(null);
          changed.join(table, null).to("out", null);
          changed.leftJoin(table, null).to("out", null);
          changed.join(table, "named").to("out", null);
        });
  }

  @Test
  void joinsWithGlobalTables() {
    assertSame(
        twins -> {
          Global first = twins.globalTable("g1", null);
          twins.stream("a").join(first, null).join(first, "left").to("out", null);
          Global second = twins.globalTable("g2", "stored");
          twins.stream("b").selectKey(null).join(second, null).groupByKey(null).count(null, null);
        });
  }

  @Test
  void repartitioning() {
    assertSame(
        twins -> {
          twins.stream("a").repartition(null).groupByKey(null).count(null, null);
          twins.stream("b").map(null).repartition("named").repartition(null).to("out", null);
        });
  }

  @Test
  void storesConnectSubtopologies() {
    assertSame(
        twins -> {
          twins.addStore("shared");
          twins.addStore("unused");
          twins.stream("a").process("p1", "shared").to("out", null);
          twins.stream("b").processValues("p2", "shared").to("out", null);
          twins.stream("c").to("out", null);
        });
  }

  @Test
  void randomCompositions() {
    var runs = new AtomicInteger();
    var compared = new AtomicInteger();
    Seeds.forEach(
        300,
        5_000,
        seed -> {
          runs.incrementAndGet();
          compared.addAndGet(sameFor(seed) ? 1 : 0);
        });
    assertThat(compared.get())
        .as("compositions that Kafka Streams takes, of %d", runs.get())
        .isGreaterThanOrEqualTo(runs.get() / 2);
  }

  /** Whether Kafka Streams takes the composition of that seed; if so, the texts are the same. */
  private static boolean sameFor(long seed) {
    var twins = new Twins();
    new Composition(twins, new Random(seed)).compose();
    String theirs;
    try {
      theirs = twins.theirs.build().describe().toString();
    } catch (TopologyException e) {
      assertThatThrownBy(twins.ours::build)
          .as("seed %d, where Kafka Streams says: %s", seed, e.getMessage())
          .isInstanceOf(io.headwater.streams.errors.TopologyException.class);
      return false;
    }
    assertThat(twins.ours.build().describe().toString()).as("seed %d", seed).isEqualTo(theirs);
    return true;
  }

  /** Some calls at random. */
  private static final class Composition {
    private final Twins twins;
    private final Random random;
    private final List<Stream> streams = new ArrayList<>();
    private final List<Table> tables = new ArrayList<>();
    private final List<Global> globals = new ArrayList<>();
    private int names;

    Composition(Twins twins, Random random) {
      this.twins = twins;
      this.random = random;
    }

    private @Nullable String name() {
      return random.nextInt(3) == 0 ? "n" + names++ : null;
    }

    private <T> T any(List<T> list) {
      return list.get(random.nextInt(list.size()));
    }

    void compose() {
      streams.add(twins.stream("s0"));
      tables.add(twins.table("t0", name(), name()));
      globals.add(twins.globalTable("g0", name()));
      int steps = 1 + random.nextInt(25);
      for (int i = 1; i <= steps; i++) {
        step(i);
      }
    }

    private void step(int i) {
      Stream stream = any(streams);
      Table table = any(tables);
      switch (random.nextInt(30)) {
        case 0 -> streams.add(twins.stream("s" + random.nextInt(3)));
        case 1 -> streams.add(twins.stream("s" + i + "a", "s" + i + "b"));
        case 2 -> tables.add(twins.table("t" + i, name(), name()));
        case 3 -> globals.add(twins.globalTable("g" + i, name()));
        case 4 -> streams.add(stream.filter(name()));
        case 5 -> streams.add(stream.map(name()));
        case 6 -> streams.add(stream.selectKey(name()));
        case 7 -> streams.add(stream.mapValues(name()));
        case 8 -> streams.add(stream.peek(name()));
        case 9 -> stream.foreach(name());
        case 10 -> streams.add(stream.merge(any(streams), name()));
        case 11 -> streams.add(stream.repartition(name()));
        case 12 -> streams.addAll(stream.split(name()));
        case 13 -> streams.add(stream.process(name()));
        case 14 -> streams.add(stream.processValues(name()));
        case 15, 16 -> stream.to("out" + random.nextInt(3), name());
        case 17 -> tables.add(stream.toTable(name(), name()));
        case 18 -> aggregate(stream.groupByKey(name()));
        case 19 -> aggregate(stream.groupBy(name()));
        case 20, 21 -> streams.add(stream.join(table, name()));
        case 22, 23 -> streams.add(stream.leftJoin(table, name()));
        case 24 -> streams.add(stream.join(any(globals), name()));
        case 25 -> tables.add(table.filter(name(), name()));
        case 26 -> tables.add(table.mapValues(name(), name()));
        case 27 -> streams.add(table.toStream(name()));
        case 28 -> {
          var grouped = table.groupBy(name());
          tables.add(grouped.reduce(name(), name()));
          streams.add(grouped.count(name()));
        }
        default -> tables.add(table.groupBy(name()).aggregate());
      }
    }

    private void aggregate(Twins.GroupedStream grouped) {
      int times = 1 + random.nextInt(3);
      for (int i = 0; i < times; i++) {
        switch (random.nextInt(5)) {
          case 0 -> streams.add(grouped.count(name(), name()));
          case 1 -> tables.add(grouped.reduce(name(), name()));
          case 2 -> tables.add(grouped.aggregate(name(), name()));
          case 3 -> streams.add(grouped.windowed().count(name(), name()));
          default -> streams.add(grouped.windowed().reduce(name()));
        }
      }
    }
  }
}
