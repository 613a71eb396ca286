package io.headwater.streams.dsl;

import static io.headwater.streams.dsl.GraphNode.each;

import io.headwater.serde.Serde;
import io.headwater.serde.Serdes;
import io.headwater.state.WindowStore;
import io.headwater.state.Windowed;
import io.headwater.streams.kstream.Aggregator;
import io.headwater.streams.kstream.Initializer;
import io.headwater.streams.kstream.KTable;
import io.headwater.streams.kstream.Materialized;
import io.headwater.streams.kstream.Named;
import io.headwater.streams.kstream.Reducer;
import io.headwater.streams.kstream.TimeWindowedKStream;
import io.headwater.streams.kstream.TimeWindowedSerde;
import io.headwater.streams.kstream.TimeWindows;
import io.headwater.streams.operator.TableReader;
import io.headwater.streams.operator.WindowAggregate;
import io.headwater.streams.plan.Operation;
import org.jspecify.annotations.Nullable;

/** A grouped and windowed stream of a plan. */
final class PlannedWindowedStream<K, V> implements TimeWindowedKStream<K, V> {
  private static final String AGGREGATE = "KSTREAM-AGGREGATE-";
  private static final String REDUCE = "KSTREAM-REDUCE-";

  private final Grouping<K, V> grouping;
  private final Operation.Result result;
  private final TimeWindows windows;

  PlannedWindowedStream(Grouping<K, V> grouping, Operation.Result result, TimeWindows windows) {
    this.grouping = grouping;
    this.result = result;
    this.windows = windows;
  }

  @Override
  public KTable<Windowed<K>, Long> count() {
    return counted(null, null);
  }

  @Override
  public KTable<Windowed<K>, Long> count(Named named) {
    return counted(named, null);
  }

  @Override
  public KTable<Windowed<K>, Long> count(
      Materialized<K, Long, WindowStore<byte[], byte[]>> materialized) {
    return counted(null, materialized);
  }

  @Override
  public KTable<Windowed<K>, Long> count(
      Named named, Materialized<K, Long, WindowStore<byte[], byte[]>> materialized) {
    return counted(named, materialized);
  }

  private KTable<Windowed<K>, Long> counted(
      @Nullable Named named, @Nullable Materialized<K, Long, ?> materialized) {
    Operation.Result call = grouping.graph.record(result, "count", named, materialized);
    if (materialized != null && materialized.storeName() == null) {
      // Kafka Streams uses up a number here, to no other end.
      grouping.graph.newStoreName(AGGREGATE);
    }
    Aggregator<K, V, Long> counter = (key, value, count) -> count + 1;
    return aggregate(call, AGGREGATE, () -> 0L, counter, named, materialized, Serdes.Long());
  }

  @Override
  public KTable<Windowed<K>, V> reduce(Reducer<V> reducer) {
    return reduced(reducer, null, null);
  }

  @Override
  public KTable<Windowed<K>, V> reduce(Reducer<V> reducer, Named named) {
    return reduced(reducer, named, null);
  }

  @Override
  public KTable<Windowed<K>, V> reduce(
      Reducer<V> reducer, Materialized<K, V, WindowStore<byte[], byte[]>> materialized) {
    return reduced(reducer, null, materialized);
  }

  @Override
  public KTable<Windowed<K>, V> reduce(
      Reducer<V> reducer,
      Named named,
      Materialized<K, V, WindowStore<byte[], byte[]>> materialized) {
    return reduced(reducer, named, materialized);
  }

  private KTable<Windowed<K>, V> reduced(
      Reducer<V> reducer, @Nullable Named named, @Nullable Materialized<K, V, ?> materialized) {
    return aggregate(
        grouping.graph.record(result, "reduce", reducer, named, materialized),
        REDUCE,
        () -> null,
        Grouping.aggregatorOf(reducer),
        named,
        materialized,
        grouping.grouped.valueSerde());
  }

  @Override
  public <VR> KTable<Windowed<K>, VR> aggregate(
      Initializer<VR> initializer, Aggregator<? super K, ? super V, VR> aggregator) {
    return aggregated(initializer, aggregator, null, null);
  }

  @Override
  public <VR> KTable<Windowed<K>, VR> aggregate(
      Initializer<VR> initializer, Aggregator<? super K, ? super V, VR> aggregator, Named named) {
    return aggregated(initializer, aggregator, named, null);
  }

  @Override
  public <VR> KTable<Windowed<K>, VR> aggregate(
      Initializer<VR> initializer,
      Aggregator<? super K, ? super V, VR> aggregator,
      Materialized<K, VR, WindowStore<byte[], byte[]>> materialized) {
    return aggregated(initializer, aggregator, null, materialized);
  }

  @Override
  public <VR> KTable<Windowed<K>, VR> aggregate(
      Initializer<VR> initializer,
      Aggregator<? super K, ? super V, VR> aggregator,
      Named named,
      Materialized<K, VR, WindowStore<byte[], byte[]>> materialized) {
    return aggregated(initializer, aggregator, named, materialized);
  }

  private <VR> KTable<Windowed<K>, VR> aggregated(
      Initializer<VR> initializer,
      Aggregator<? super K, ? super V, VR> aggregator,
      @Nullable Named named,
      @Nullable Materialized<K, VR, ?> materialized) {
    return aggregate(
        grouping.graph.record(result, "aggregate", initializer, aggregator, named, materialized),
        AGGREGATE,
        initializer,
        aggregator,
        named,
        materialized,
        null);
  }

  private <VR> KTable<Windowed<K>, VR> aggregate(
      Operation.Result call,
      String prefix,
      Initializer<VR> initializer,
      Aggregator<? super K, ? super V, VR> aggregator,
      @Nullable Named named,
      @Nullable Materialized<K, VR, ?> materializedOrNull,
      @Nullable Serde<VR> inheritedValueSerde) {
    Materialized<K, VR, ?> materialized =
        Grouping.filled(materializedOrNull, grouping.grouped.keySerde(), inheritedValueSerde);
    Serde<K> keySerde = materialized.keySerde();
    String storeName = grouping.graph.storeName(materialized, prefix);
    String name = grouping.graph.nodeName(named, prefix);
    StoreSpec<K, VR> store =
        StoreSpec.windows(materialized, storeName, windows, keySerde, materialized.valueSerde());
    return grouping.aggregate(
        call,
        name,
        storeName,
        materialized.storeName(),
        keySerde == null ? null : new TimeWindowedSerde<>(keySerde, windows.sizeMs()),
        materialized.valueSerde(),
        new TableOrigin.Aggregation<>(
            store,
            new TableReader.Windows<>(storeName),
            sendOldValues ->
                each(
                    () ->
                        new WindowAggregate<K, V, VR>(
                            storeName, windows, initializer, aggregator, sendOldValues))));
  }
}
