package io.headwater.examples.flights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headwater.broker.BrokerView;
import io.headwater.broker.FetchedRecords;
import io.headwater.broker.IsolationLevel;
import io.headwater.broker.TopicPartition;
import io.headwater.examples.flights.FlightsFold.Sent;
import io.headwater.examples.flights.FlightsFold.Total;
import io.headwater.state.ReadOnlyKeyValueStore;
import io.headwater.state.ReadOnlyWindowStore;
import io.headwater.streams.Application;
import io.headwater.streams.Headwater;
import io.headwater.streams.QueryableStoreTypes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Compares what a finished demo left in its folder with the fold over the input. */
final class FlightsResult {
  private static final ObjectMapper JSON = new ObjectMapper();

  private FlightsResult() {}

  /** Compares the stores and all topics, as read-committed readers see them. */
  static void compare(Path folder, FlightsFold fold) throws InterruptedException {
    compareTopics(folder, fold);
    compareStores(folder, fold);
  }

  /** How many flights are in their topic. */
  static int loaded(Path folder) {
    int[] count = {0};
    try (BrokerView view = BrokerView.openReadOnly(folder)) {
      for (int partition = 0; partition < FlightsLoader.PARTITIONS; partition++) {
        var id = new TopicPartition(FlightsTopology.FLIGHTS, partition);
        forEach(view, id, record -> count[0]++);
      }
    }
    return count[0];
  }

  private static void compareTopics(Path folder, FlightsFold fold) {
    try (BrokerView view = BrokerView.openReadOnly(folder)) {
      compareFlights(view, fold.sent);
      compareTable(view, FlightsTopology.ORIGIN_TOTALS, fold.totals);
      compareTable(view, FlightsTopology.ORIGIN_DAILY, fold.daily);
    }
  }

  /** Each origin is in one partition, and that has the lines of its origins and nothing else. */
  private static void compareFlights(BrokerView view, List<Sent> sent) {
    var partitions = new HashMap<String, Integer>();
    var found = new ArrayList<List<Sent>>();
    for (int partition = 0; partition < FlightsLoader.PARTITIONS; partition++) {
      int number = partition;
      var records = new ArrayList<Sent>();
      forEach(
          view,
          new TopicPartition(FlightsTopology.FLIGHTS, partition),
          record -> {
            String key = text(record.key());
            records.add(new Sent(key, text(record.value()), record.timestampMs()));
            Integer before = partitions.put(key, number);
            assertThat(before == null ? number : before).as(key).isEqualTo(number);
          });
      found.add(records);
    }
    for (int partition = 0; partition < FlightsLoader.PARTITIONS; partition++) {
      List<Sent> records = found.get(partition);
      var keys = records.stream().map(Sent::key).collect(toSet());
      assertThat(records)
          .as("flights-%d", partition)
          .isEqualTo(sent.stream().filter(each -> keys.contains(each.key())).toList());
    }
    assertThat(found.stream().mapToInt(List::size).sum()).isEqualTo(sent.size());
  }

  /**
   * Each update of a key is a state that the fold passed through, later than the one before, and
   * the last one is the fold's last.
   */
  private static void compareTable(BrokerView view, String topic, Map<String, List<Total>> states) {
    var last = new TreeMap<String, Total>();
    int partitions = view.describe(topic).partitions().size();
    for (int partition = 0; partition < partitions; partition++) {
      var id = new TopicPartition(topic, partition);
      forEach(
          view,
          id,
          record -> {
            String key = text(record.key());
            Total update = total(record.value());
            List<Total> passed = states.getOrDefault(key, List.of());
            assertThat(passed).as("%s at %d, %s", id, record.offset(), key).contains(update);
            Total before = last.put(key, update);
            assertThat(update.flights())
                .as("%s at %d, %s", id, record.offset(), key)
                .isGreaterThan(before == null ? 0 : before.flights());
          });
    }
    assertThat(last).as(topic).isEqualTo(FlightsFold.last(states));
  }

  private static void compareStores(Path folder, FlightsFold fold) throws InterruptedException {
    try (var headwater = Headwater.open(folder)) {
      Application application =
          headwater.run(FlightsTopology.APPLICATION_ID, FlightsTopology.build());
      assertThat(application.awaitCaughtUp(Duration.ofMinutes(1))).isTrue();
      assertThat(application.metrics().consumed()).as("nothing was left to do").isZero();

      var totals = new TreeMap<String, Total>();
      ReadOnlyKeyValueStore<String, OriginStats> store =
          application.store(FlightsTopology.ORIGIN_TOTALS, QueryableStoreTypes.keyValueStore());
      try (var all = store.all()) {
        all.forEachRemaining(entry -> totals.put(entry.key, total(entry.value)));
      }
      assertThat(totals).isEqualTo(FlightsFold.last(fold.totals));

      var daily = new TreeMap<String, Total>();
      ReadOnlyWindowStore<String, OriginStats> windows =
          application.store(FlightsTopology.ORIGIN_DAILY, QueryableStoreTypes.windowStore());
      try (var all = windows.all()) {
        all.forEachRemaining(
            entry -> {
              var day = LocalDate.ofInstant(entry.key.window().startTime(), ZoneOffset.UTC);
              daily.put(entry.key.key() + "/" + day, total(entry.value));
            });
      }
      assertThat(daily).isEqualTo(FlightsFold.last(fold.daily));
    }
  }

  private static Total total(OriginStats stats) {
    return new Total(
        stats.origin(),
        stats.name(),
        stats.city(),
        stats.state(),
        stats.flights(),
        stats.delayMinutes());
  }

  private static Total total(byte @Nullable [] json) {
    try {
      JsonNode value = JSON.readTree(json);
      assertThat(value.size()).isEqualTo(6);
      return new Total(
          value.required("origin").textValue(),
          value.required("name").textValue(),
          value.required("city").textValue(),
          value.required("state").textValue(),
          value.required("flights").longValue(),
          value.required("delayMinutes").longValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(byte @Nullable [] bytes) {
    return new String(Objects.requireNonNull(bytes), UTF_8);
  }

  /** Goes over the committed records of a partition. */
  private static void forEach(
      BrokerView view, TopicPartition partition, Consumer<FetchedRecords> action) {
    long offset = view.startOffset(partition);
    while (true) {
      FetchedRecords records =
          view.fetch(partition, offset, 1 << 18, IsolationLevel.READ_COMMITTED);
      if (records.isEmpty()) {
        return;
      }
      while (records.next()) {
        action.accept(records);
      }
      offset = records.nextOffset();
    }
  }
}
