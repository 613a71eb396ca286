package io.headwater.streams.dsl;

import static io.headwater.streams.dsl.GraphNode.each;

import io.headwater.serde.Serde;
import io.headwater.state.KeyValue;
import io.headwater.state.KeyValueStore;
import io.headwater.streams.kstream.Grouped;
import io.headwater.streams.kstream.KGroupedTable;
import io.headwater.streams.kstream.KStream;
import io.headwater.streams.kstream.KTable;
import io.headwater.streams.kstream.KeyValueMapper;
import io.headwater.streams.kstream.Materialized;
import io.headwater.streams.kstream.Named;
import io.headwater.streams.kstream.Predicate;
import io.headwater.streams.kstream.ValueMapper;
import io.headwater.streams.kstream.ValueMapperWithKey;
import io.headwater.streams.operator.Change;
import io.headwater.streams.operator.MapValues;
import io.headwater.streams.operator.TableReader;
import io.headwater.streams.operator.TableRegroup;
import io.headwater.streams.plan.Operation;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A table of a plan. */
final class PlannedTable<K, V> implements KTable<K, V> {
  private static final String FILTER = "KTABLE-FILTER-";
  private static final String MAP_VALUES = "KTABLE-MAPVALUES-";

  final Graph graph;
  final Operation.Result result;
  final Set<String> sources;
  private final @Nullable Serde<K> keySerde;
  private final @Nullable Serde<V> valueSerde;
  private final @Nullable String queryableStoreName;
  private final TableOrigin<K, V> origin;
  private final GraphNode node;

  PlannedTable(
      Graph graph,
      Operation.Result result,
      @Nullable Serde<K> keySerde,
      @Nullable Serde<V> valueSerde,
      Set<String> sources,
      @Nullable String queryableStoreName,
      TableOrigin<K, V> origin,
      GraphNode node) {
    this.graph = graph;
    this.result = result;
    this.keySerde = keySerde;
    this.valueSerde = valueSerde;
    this.sources = sources;
    this.queryableStoreName = queryableStoreName;
    this.origin = origin;
    this.node = node;
  }

  /** See {@link TableOrigin#sendOldValues}. */
  boolean sendOldValues(boolean mayStore) {
    return origin.sendOldValues(mayStore);
  }

  /** See {@link TableOrigin#readable}. */
  TableReader.Source<K, V> readable() {
    return origin.readable();
  }

  @Override
  public @Nullable String queryableStoreName() {
    return queryableStoreName;
  }

  @Override
  public KTable<K, V> filter(Predicate<? super K, ? super V> predicate) {
    return filter("filter", predicate, true, null, null);
  }

  @Override
  public KTable<K, V> filter(Predicate<? super K, ? super V> predicate, Named named) {
    return filter("filter", predicate, true, named, null);
  }

  @Override
  public KTable<K, V> filter(
      Predicate<? super K, ? super V> predicate,
      Materialized<K, V, KeyValueStore<byte[], byte[]>> materialized) {
    return filter("filter", predicate, true, null, materialized);
  }

  @Override
  public KTable<K, V> filter(
      Predicate<? super K, ? super V> predicate,
      Named named,
      Materialized<K, V, KeyValueStore<byte[], byte[]>> materialized) {
    return filter("filter", predicate, true, named, materialized);
  }

  @Override
  public KTable<K, V> filterNot(Predicate<? super K, ? super V> predicate) {
    return filter("filterNot", predicate, false, null, null);
  }

  @Override
  public KTable<K, V> filterNot(Predicate<? super K, ? super V> predicate, Named named) {
    return filter("filterNot", predicate, false, named, null);
  }

  @Override
  public KTable<K, V> filterNot(
      Predicate<? super K, ? super V> predicate,
      Materialized<K, V, KeyValueStore<byte[], byte[]>> materialized) {
    return filter("filterNot", predicate, false, null, materialized);
  }

  @Override
  public KTable<K, V> filterNot(
      Predicate<? super K, ? super V> predicate,
      Named named,
      Materialized<K, V, KeyValueStore<byte[], byte[]>> materialized) {
    return filter("filterNot", predicate, false, named, materialized);
  }

  private KTable<K, V> filter(
      String method,
      Predicate<? super K, ? super V> predicate,
      boolean wanted,
      @Nullable Named named,
      @Nullable Materialized<K, V, ?> materialized) {
    return derive(
        graph.record(result, method, predicate, named, materialized),
        FILTER,
        (key, value) -> predicate.test(key, value) == wanted ? value : null,
        true,
        named,
        valueSerde,
        materialized);
  }

  @Override
  public <VR> KTable<K, VR> mapValues(ValueMapper<? super V, ? extends VR> mapper) {
    return mapValues(mapper, withKey(mapper), null, null);
  }

  @Override
  public <VR> KTable<K, VR> mapValues(ValueMapper<? super V, ? extends VR> mapper, Named named) {
    return mapValues(mapper, withKey(mapper), named, null);
  }

  @Override
  public <VR> KTable<K, VR> mapValues(
      ValueMapperWithKey<? super K, ? super V, ? extends VR> mapper) {
    return mapValues(mapper, mapper, null, null);
  }

  @Override
  public <VR> KTable<K, VR> mapValues(
      ValueMapperWithKey<? super K, ? super V, ? extends VR> mapper, Named named) {
    return mapValues(mapper, mapper, named, null);
  }

  @Override
  public <VR> KTable<K, VR> mapValues(
      ValueMapper<? super V, ? extends VR> mapper,
      Materialized<K, VR, KeyValueStore<byte[], byte[]>> materialized) {
    return mapValues(mapper, withKey(mapper), null, materialized);
  }

  @Override
  public <VR> KTable<K, VR> mapValues(
      ValueMapper<? super V, ? extends VR> mapper,
      Named named,
      Materialized<K, VR, KeyValueStore<byte[], byte[]>> materialized) {
    return mapValues(mapper, withKey(mapper), named, materialized);
  }

  @Override
  public <VR> KTable<K, VR> mapValues(
      ValueMapperWithKey<? super K, ? super V, ? extends VR> mapper,
      Materialized<K, VR, KeyValueStore<byte[], byte[]>> materialized) {
    return mapValues(mapper, mapper, null, materialized);
  }

  @Override
  public <VR> KTable<K, VR> mapValues(
      ValueMapperWithKey<? super K, ? super V, ? extends VR> mapper,
      Named named,
      Materialized<K, VR, KeyValueStore<byte[], byte[]>> materialized) {
    return mapValues(mapper, mapper, named, materialized);
  }

  private <VR> KTable<K, VR> mapValues(
      Object given,
      ValueMapperWithKey<? super K, ? super V, ? extends VR> mapper,
      @Nullable Named named,
      @Nullable Materialized<K, VR, ?> materialized) {
    return derive(
        graph.record(result, "mapValues", given, named, materialized),
        MAP_VALUES,
        mapper,
        false,
        named,
        null,
        materialized);
  }

  static <K, V, VR> ValueMapperWithKey<K, V, VR> withKey(
      ValueMapper<? super V, ? extends VR> mapper) {
    return (key, value) -> mapper.apply(value);
  }

  private <VR> KTable<K, VR> derive(
      Operation.Result call,
      String prefix,
      ValueMapperWithKey<? super K, ? super V, ? extends VR> mapper,
      boolean filter,
      @Nullable Named named,
      @Nullable Serde<VR> inheritedValueSerde,
      @Nullable Materialized<K, VR, ?> materialized) {
    Serde<K> derivedKeySerde = keySerde;
    Serde<VR> derivedValueSerde = inheritedValueSerde;
    String storeName = null;
    StoreSpec<K, VR> store = null;
    if (materialized != null) {
      storeName = materialized.storeName();
      if (materialized.keySerde() != null) {
        derivedKeySerde = materialized.keySerde();
      }
      if (materialized.valueSerde() != null) {
        derivedValueSerde = materialized.valueSerde();
      }
      if (storeName == null) {
        graph.newStoreName(prefix);
      } else {
        store = StoreSpec.keyValues(materialized, storeName, derivedKeySerde, derivedValueSerde);
      }
    }
    String name = graph.nodeName(named, prefix);
    var derived = new TableOrigin.Derived<>(this, mapper, filter, store);
    var derivedNode =
        new GraphNode(
            name, (builder, parents, nullKeysWanted) -> derived.write(builder, name, parents));
    graph.add(node, derivedNode);
    return new PlannedTable<K, VR>(
        graph, call, derivedKeySerde, derivedValueSerde, sources, storeName, derived, derivedNode);
  }

  @Override
  public KStream<K, V> toStream() {
    return stream(null);
  }

  @Override
  public KStream<K, V> toStream(Named named) {
    return stream(named);
  }

  private KStream<K, V> stream(@Nullable Named named) {
    Operation.Result call = graph.record(result, "toStream", named);
    String name = graph.nodeName(named, "KTABLE-TOSTREAM-");
    ValueMapperWithKey<K, Change<V>, V> newValue = (key, change) -> change.newValue();
    var streamNode =
        new GraphNode(
            name,
            (builder, parents, nullKeysWanted) ->
                builder.addProcessor(name, parents, each(() -> new MapValues<>(newValue))));
    graph.add(node, streamNode);
    return new PlannedStream<>(graph, call, name, keySerde, valueSerde, sources, false, streamNode);
  }

  @Override
  public <KR> KStream<KR, V> toStream(KeyValueMapper<? super K, ? super V, ? extends KR> mapper) {
    return toStream().selectKey(mapper);
  }

  @Override
  public <KR> KStream<KR, V> toStream(
      KeyValueMapper<? super K, ? super V, ? extends KR> mapper, Named named) {
    return toStream(named).selectKey(mapper);
  }

  @Override
  public <KR, VR> KGroupedTable<KR, VR> groupBy(
      KeyValueMapper<? super K, ? super V, KeyValue<KR, VR>> selector) {
    return group(selector, null);
  }

  @Override
  public <KR, VR> KGroupedTable<KR, VR> groupBy(
      KeyValueMapper<? super K, ? super V, KeyValue<KR, VR>> selector, Grouped<KR, VR> grouped) {
    return group(selector, grouped);
  }

  private <KR, VR> KGroupedTable<KR, VR> group(
      KeyValueMapper<? super K, ? super V, KeyValue<KR, VR>> selector,
      @Nullable Grouped<KR, VR> grouped) {
    Operation.Result call = graph.record(result, "groupBy", selector, grouped);
    String name = graph.nodeName(grouped == null ? null : grouped.name(), "KTABLE-SELECT-");
    var selectNode =
        new GraphNode(
            name,
            (builder, parents, nullKeysWanted) ->
                builder.addProcessor(
                    name, parents, each(() -> new TableRegroup<K, V, KR, VR>(selector))));
    graph.add(node, selectNode);
    sendOldValues(true);
    return new PlannedGroupedTable<>(
        graph,
        call,
        grouped == null ? Grouped.<KR, VR>with((Serde<KR>) null, null) : grouped,
        selectNode);
  }
}
