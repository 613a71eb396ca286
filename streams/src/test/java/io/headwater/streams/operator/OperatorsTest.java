package io.headwater.streams.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.serde.Headers;
import io.headwater.serde.Serdes;
import io.headwater.state.KeyValue;
import io.headwater.state.StateStore;
import io.headwater.state.StoreBuilder;
import io.headwater.state.StoreContext;
import io.headwater.state.Stores;
import io.headwater.state.TimeWindow;
import io.headwater.state.Windowed;
import io.headwater.streams.kstream.TimeWindows;
import io.headwater.streams.processor.FixedKeyProcessor;
import io.headwater.streams.processor.FixedKeyProcessorContext;
import io.headwater.streams.processor.FixedKeyRecord;
import io.headwater.streams.processor.Processor;
import io.headwater.streams.processor.Record;
import io.headwater.streams.processor.SkipReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OperatorsTest {
  private static final Headers HEADERS = Headers.of().add("name", new byte[] {1});

  private static Record<String, String> record(@Nullable String key, @Nullable String value) {
    return new Record<>(key, value, 7, HEADERS);
  }

  private static <K, V> Record<K, Change<V>> change(
      K key, @Nullable V updated, @Nullable V old, long timestamp, Headers headers) {
    return new Record<>(key, new Change<>(updated, old), timestamp, headers);
  }

  private static StateStore opened(StoreBuilder<?> builder, boolean cached) {
    var chosen = cached ? builder.withCachingEnabled() : builder.withCachingDisabled();
    return chosen.build(StoreContext.builder("topic").build());
  }

  private static StoreBuilder<?> counts() {
    return Stores.timestampedKeyValueStoreBuilder(
        Stores.inMemoryKeyValueStore("store"), Serdes.String(), Serdes.Long());
  }

  private static StoreBuilder<?> texts() {
    return Stores.timestampedKeyValueStoreBuilder(
        Stores.inMemoryKeyValueStore("store"), Serdes.String(), Serdes.String());
  }

  private static StoreBuilder<?> windows() {
    return Stores.timestampedWindowStoreBuilder(
        Stores.inMemoryWindowStore("store", Duration.ofMillis(100), Duration.ofMillis(10), false),
        Serdes.String(),
        Serdes.Long());
  }

  private static <K, V, KR, VR> RecordingContext<KR, VR> started(
      Processor<K, V, KR, VR> processor, @Nullable StateStore store) {
    var context = new RecordingContext<KR, VR>();
    if (store != null) {
      context.stores.put("store", store);
    }
    processor.init(context);
    return context;
  }

  @Test
  void timestampAndHeadersStayWithARecord() {
    var mapped = new MapPairs<String, String, String, Integer>((k, v) -> KeyValue.pair(v, 1));
    var context = started(mapped, null);
    mapped.process(record("k", "v"));
    assertThat(context.take()).containsExactly(new Record<>("v", 1, 7, HEADERS));
    var flat = new FlatMapValues<String, String, String>((k, v) -> List.of(v, v + v));
    var flatContext = started(flat, null);
    flat.process(record("k", "v"));
    assertThat(flatContext.take()).containsExactly(record("k", "v"), record("k", "vv"));
  }

  @Test
  void nullsGoThroughWhereTheyMeanNothing() {
    var peek = new Peek<String, String>((k, v) -> {});
    var context = started(peek, null);
    peek.process(record(null, null));
    assertThat(context.take()).containsExactly(record(null, null));
    assertThat(context.skipped).isEmpty();
  }

  @Test
  void aRecordGoesToTheFirstBranchItFitsElseToTheDefaultElseNowhere() {
    var split =
        new Branch<String, String>(
            List.of((k, v) -> v.startsWith("a"), (k, v) -> v.length() > 1),
            List.of("one", "two", "rest"));
    var context = started(split, null);
    List.of("ab", "bc", "c").forEach(value -> split.process(record("k", value)));
    assertThat(context.children).containsExactly("one", "two", "rest");
    var open = new Branch<String, String>(List.of((k, v) -> false), List.of("one"));
    var openContext = started(open, null);
    open.process(record("k", "v"));
    assertThat(openContext.forwarded).isEmpty();
  }

  @Test
  void recordsWithoutKeyAreCountedOnTheirWayToARepartitionTopic() {
    var keyed = new KeyedOnly<String, String>();
    var context = started(keyed, null);
    keyed.process(record(null, "v"));
    keyed.process(record("k", null));
    assertThat(context.take()).containsExactly(record("k", null));
    assertThat(context.skipped).isEqualTo(Map.of(SkipReason.NULL_KEY, 1));
  }

  @Test
  void aFixedKeyProcessorForwardsWithTheKeyThatItGot() {
    var fixed =
        new FixedKey<String, String, Integer>(
            new FixedKeyProcessor<>() {
              @SuppressWarnings("NullAway.Init") // set by init
              private FixedKeyProcessorContext<String, Integer> context;

              @Override
              public void init(FixedKeyProcessorContext<String, Integer> context) {
                this.context = context;
              }

              @Override
              public void process(FixedKeyRecord<String, String> record) {
                context.forward(record.withValue(record.value().length()));
              }
            });
    var context = started(fixed, null);
    fixed.process(record("k", "four"));
    assertThat(context.take()).containsExactly(new Record<>("k", 4, 7, HEADERS));
  }

  @Test
  void anUncachedAggregateForwardsEveryUpdateWithTheLatestTimestamp() {
    var count =
        new StreamAggregate<String, String, Long>("store", () -> 0L, (k, v, n) -> n + 1, true);
    var context = started(count, opened(counts(), false));
    count.process(new Record<>("k", "v", 5));
    count.process(new Record<>("k", "v", 3, HEADERS));
    assertThat(context.take())
        .containsExactly(change("k", 1L, 0L, 5, Headers.EMPTY), change("k", 2L, 1L, 5, HEADERS));
  }

  @Test
  void aCachedAggregateForwardsTheLastUpdateOfAKeyWhenItsStoreFlushes() {
    var count =
        new StreamAggregate<String, String, Long>("store", () -> 0L, (k, v, n) -> n + 1, true);
    StateStore store = opened(counts(), true);
    var context = started(count, store);
    count.process(new Record<>("k", "v", 5));
    count.process(new Record<>("k", "v", 6, HEADERS));
    assertThat(context.forwarded).isEmpty();
    store.flush();
    assertThat(context.take()).containsExactly(change("k", 2L, null, 6, HEADERS));
    count.process(new Record<>("k", "v", 7));
    store.flush();
    assertThat(context.take()).containsExactly(change("k", 3L, 2L, 7, Headers.EMPTY));
  }

  @Test
  void anAggregateCountsRecordsWithoutKeyOrValueAsSkipped() {
    var count =
        new StreamAggregate<String, String, Long>("store", () -> 0L, (k, v, n) -> n + 1, false);
    var context = started(count, opened(counts(), false));
    count.process(record(null, "v"));
    count.process(record("k", null));
    assertThat(context.forwarded).isEmpty();
    assertThat(context.skipped).isEqualTo(Map.of(SkipReason.NULL_KEY, 1, SkipReason.NULL_VALUE, 1));
  }

  @Test
  void aWindowTakesRecordsUntilItsGraceIsOver() {
    var count =
        new WindowAggregate<String, String, Long>(
            "store",
            TimeWindows.ofSizeAndGrace(Duration.ofMillis(10), Duration.ofMillis(5)),
            () -> 0L,
            (k, v, n) -> n + 1,
            false);
    var context = started(count, opened(windows(), false));
    var first = new Windowed<>("k", new TimeWindow(0, 10));
    var second = new Windowed<>("k", new TimeWindow(10, 20));
    count.process(new Record<>("k", "v", 3));
    count.process(new Record<>("k", "v", 14));
    count.process(new Record<>("k", "v", 9));
    count.process(new Record<>("k", "v", 15));
    count.process(new Record<>("k", "v", 9));
    assertThat(context.take())
        .containsExactly(
            change(first, 1L, null, 3, Headers.EMPTY),
            change(second, 1L, null, 14, Headers.EMPTY),
            change(first, 2L, null, 9, Headers.EMPTY),
            change(second, 2L, null, 15, Headers.EMPTY));
    assertThat(context.skipped).isEqualTo(Map.of(SkipReason.LATE, 1));
  }

  @Test
  void aCachedWindowForwardsWhenItsStoreFlushes() {
    var count =
        new WindowAggregate<String, String, Long>(
            "store",
            TimeWindows.ofSizeWithNoGrace(Duration.ofMillis(10)),
            () -> 0L,
            (k, v, n) -> n + 1,
            false);
    StateStore store = opened(windows(), true);
    var context = started(count, store);
    count.process(new Record<>("k", "v", 3, HEADERS));
    count.process(new Record<>("k", "v", 4));
    store.flush();
    assertThat(context.take())
        .containsExactly(
            change(new Windowed<>("k", new TimeWindow(0, 10)), 2L, null, 4, Headers.EMPTY));
  }

  @Test
  void aFilteredTableForwardsNoDeletionOfWhatItNeverHad() {
    var filter = new TableMap<String, String, String>((k, v) -> v.isEmpty() ? null : v, true, true);
    var context = started(filter, null);
    filter.process(change("k", "", null, 1, HEADERS));
    filter.process(change("k", "v", "", 2, HEADERS));
    filter.process(change("k", "", "v", 3, HEADERS));
    assertThat(context.take())
        .containsExactly(change("k", "v", null, 2, HEADERS), change("k", null, "v", 3, HEADERS));
  }

  @Test
  void regroupingTakesOutOfTheOldGroupBeforeItPutsIntoTheNew() {
    var regroup =
        new TableRegroup<String, String, String, String>(
            (k, v) -> KeyValue.pair(v.substring(0, 1), v));
    var context = started(regroup, null);
    regroup.process(change("k", "a1", null, 1, Headers.EMPTY));
    regroup.process(change("k", "a2", "a1", 2, Headers.EMPTY));
    regroup.process(change("k", "b1", "a2", 3, Headers.EMPTY));
    regroup.process(change("k", null, "b1", 4, Headers.EMPTY));
    assertThat(context.take())
        .containsExactly(
            change("a", "a1", null, 1, Headers.EMPTY),
            change("a", "a2", "a1", 2, Headers.EMPTY),
            change("a", null, "a2", 3, Headers.EMPTY),
            change("b", "b1", null, 3, Headers.EMPTY),
            change("b", null, "b1", 4, Headers.EMPTY));
  }

  @Test
  void aJoinFindsWhatTheTableHasAtThatMoment() {
    StateStore store = opened(texts(), false);
    var source = new TableSource<String, String>("store", false);
    started(source, store);
    var join =
        new StreamTableJoin<String, String, String, String, String>(
            new TableReader.KeyValues<>("store"), (k, v) -> k, (k, v, t) -> v + t, false);
    var left =
        new StreamTableJoin<String, String, String, String, String>(
            new TableReader.KeyValues<>("store"), (k, v) -> k, (k, v, t) -> v + t, true);
    var context = started(join, store);
    var leftContext = started(left, store);
    for (Record<String, String> record :
        List.of(record("k", "1"), record(null, "2"), record("k", null))) {
      join.process(record);
      left.process(record);
    }
    assertThat(context.take()).isEmpty();
    assertThat(context.skipped).isEqualTo(Map.of(SkipReason.NULL_KEY, 1, SkipReason.NULL_VALUE, 1));
    assertThat(leftContext.take()).containsExactly(record("k", "1null"), record(null, "2null"));
    assertThat(leftContext.skipped).isEqualTo(Map.of(SkipReason.NULL_VALUE, 1));
    source.process(new Record<>("k", "t", 99));
    join.process(record("k", "3"));
    assertThat(context.take()).containsExactly(record("k", "3t"));
  }

  @Test
  void aStoreOfTheWrongKindIsNamed() {
    var source = new TableSource<String, String>("store", false);
    assertThatThrownBy(() -> started(source, opened(windows(), false)))
        .hasMessageContaining("store store of a table has to be a key-value store");
  }
}
