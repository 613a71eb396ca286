package io.headwater.streams.dsl;

import static io.headwater.streams.dsl.GraphNode.each;

import io.headwater.serde.Serde;
import io.headwater.serde.Serdes;
import io.headwater.state.KeyValueStore;
import io.headwater.streams.kstream.Aggregator;
import io.headwater.streams.kstream.Grouped;
import io.headwater.streams.kstream.Initializer;
import io.headwater.streams.kstream.KGroupedTable;
import io.headwater.streams.kstream.KTable;
import io.headwater.streams.kstream.Materialized;
import io.headwater.streams.kstream.Named;
import io.headwater.streams.kstream.Reducer;
import io.headwater.streams.operator.ChangeSerde;
import io.headwater.streams.operator.TableAggregate;
import io.headwater.streams.operator.TableReader;
import io.headwater.streams.plan.Operation;
import io.headwater.streams.processor.FailOnInvalidTimestamp;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A grouped table of a plan. */
final class PlannedGroupedTable<K, V> implements KGroupedTable<K, V> {
  private static final String AGGREGATE = "KTABLE-AGGREGATE-";
  private static final String REDUCE = "KTABLE-REDUCE-";

  private final Graph graph;
  private final Operation.Result result;
  private final Grouped<K, V> grouped;
  private final GraphNode node;

  /** Shared by all aggregations if the program named its topic. */
  private @Nullable GraphNode repartition;

  PlannedGroupedTable(Graph graph, Operation.Result result, Grouped<K, V> grouped, GraphNode node) {
    this.graph = graph;
    this.result = result;
    this.grouped = grouped;
    this.node = node;
  }

  @Override
  public KTable<K, Long> count() {
    return counted(null, null);
  }

  @Override
  public KTable<K, Long> count(Named named) {
    return counted(named, null);
  }

  @Override
  public KTable<K, Long> count(Materialized<K, Long, KeyValueStore<byte[], byte[]>> materialized) {
    return counted(null, materialized);
  }

  @Override
  public KTable<K, Long> count(
      Named named, Materialized<K, Long, KeyValueStore<byte[], byte[]>> materialized) {
    return counted(named, materialized);
  }

  private KTable<K, Long> counted(
      @Nullable Named named, @Nullable Materialized<K, Long, ?> materialized) {
    Aggregator<K, V, Long> adder = (key, value, count) -> count + 1;
    Aggregator<K, V, Long> subtractor = (key, value, count) -> count - 1;
    return aggregate(
        graph.record(result, "count", named, materialized),
        AGGREGATE,
        () -> 0L,
        adder,
        subtractor,
        named,
        materialized,
        Serdes.Long());
  }

  @Override
  public KTable<K, V> reduce(Reducer<V> adder, Reducer<V> subtractor) {
    return reduced(adder, subtractor, null, null);
  }

  @Override
  public KTable<K, V> reduce(
      Reducer<V> adder,
      Reducer<V> subtractor,
      Materialized<K, V, KeyValueStore<byte[], byte[]>> materialized) {
    return reduced(adder, subtractor, null, materialized);
  }

  @Override
  public KTable<K, V> reduce(
      Reducer<V> adder,
      Reducer<V> subtractor,
      Named named,
      Materialized<K, V, KeyValueStore<byte[], byte[]>> materialized) {
    return reduced(adder, subtractor, named, materialized);
  }

  private KTable<K, V> reduced(
      Reducer<V> adder,
      Reducer<V> subtractor,
      @Nullable Named named,
      @Nullable Materialized<K, V, ?> materialized) {
    return aggregate(
        graph.record(result, "reduce", adder, subtractor, named, materialized),
        REDUCE,
        () -> null,
        Grouping.aggregatorOf(adder),
        Grouping.aggregatorOf(subtractor),
        named,
        materialized,
        grouped.valueSerde());
  }

  @Override
  public <VR> KTable<K, VR> aggregate(
      Initializer<VR> initializer,
      Aggregator<? super K, ? super V, VR> adder,
      Aggregator<? super K, ? super V, VR> subtractor) {
    return aggregated(initializer, adder, subtractor, null, null);
  }

  @Override
  public <VR> KTable<K, VR> aggregate(
      Initializer<VR> initializer,
      Aggregator<? super K, ? super V, VR> adder,
      Aggregator<? super K, ? super V, VR> subtractor,
      Named named) {
    return aggregated(initializer, adder, subtractor, named, null);
  }

  @Override
  public <VR> KTable<K, VR> aggregate(
      Initializer<VR> initializer,
      Aggregator<? super K, ? super V, VR> adder,
      Aggregator<? super K, ? super V, VR> subtractor,
      Materialized<K, VR, KeyValueStore<byte[], byte[]>> materialized) {
    return aggregated(initializer, adder, subtractor, null, materialized);
  }

  @Override
  public <VR> KTable<K, VR> aggregate(
      Initializer<VR> initializer,
      Aggregator<? super K, ? super V, VR> adder,
      Aggregator<? super K, ? super V, VR> subtractor,
      Named named,
      Materialized<K, VR, KeyValueStore<byte[], byte[]>> materialized) {
    return aggregated(initializer, adder, subtractor, named, materialized);
  }

  private <VR> KTable<K, VR> aggregated(
      Initializer<VR> initializer,
      Aggregator<? super K, ? super V, VR> adder,
      Aggregator<? super K, ? super V, VR> subtractor,
      @Nullable Named named,
      @Nullable Materialized<K, VR, ?> materialized) {
    return aggregate(
        graph.record(result, "aggregate", initializer, adder, subtractor, named, materialized),
        AGGREGATE,
        initializer,
        adder,
        subtractor,
        named,
        materialized,
        null);
  }

  private <VR> KTable<K, VR> aggregate(
      Operation.Result call,
      String prefix,
      Initializer<VR> initializer,
      Aggregator<? super K, ? super V, VR> adder,
      Aggregator<? super K, ? super V, VR> subtractor,
      @Nullable Named named,
      @Nullable Materialized<K, VR, ?> materializedOrNull,
      @Nullable Serde<VR> inheritedValueSerde) {
    Materialized<K, VR, ?> materialized =
        Grouping.filled(materializedOrNull, grouped.keySerde(), inheritedValueSerde);
    String storeName = graph.storeName(materialized, AGGREGATE);
    StoreSpec<K, VR> store =
        StoreSpec.keyValues(
            materialized, storeName, materialized.keySerde(), materialized.valueSerde());
    String given = named == null ? null : named.name();
    String sinkName = graph.suffixedNodeName(given, "-sink", "KSTREAM-SINK-");
    String sourceName = graph.suffixedNodeName(given, "-source", Graph.SOURCE);
    String name = graph.nodeName(named, prefix);
    String topic = (grouped.name() == null ? storeName : grouped.name()) + "-repartition";
    GraphNode way = repartition;
    if (way == null || grouped.name() == null) {
      way = repartition(sinkName, sourceName, topic);
      repartition = way;
    }
    graph.add(node, way);
    var origin =
        new TableOrigin.Aggregation<K, VR>(
            store,
            new TableReader.KeyValues<>(storeName),
            sendOldValues ->
                each(
                    () ->
                        new TableAggregate<K, V, VR>(
                            storeName, initializer, adder, subtractor, sendOldValues)));
    var aggregateNode =
        new GraphNode(
            name, (builder, parents, nullKeysWanted) -> origin.write(builder, name, parents));
    graph.add(way, aggregateNode);
    return new PlannedTable<>(
        graph,
        call,
        materialized.keySerde(),
        materialized.valueSerde(),
        Set.of(way.name),
        materialized.storeName(),
        origin,
        aggregateNode);
  }

  private GraphNode repartition(String sinkName, String sourceName, String topic) {
    var values = new ChangeSerde<>(grouped.valueSerde());
    return new GraphNode(
        sourceName,
        (builder, parents, nullKeysWanted) -> {
          builder.addRepartitionTopic(topic, OptionalInt.empty());
          builder.addSink(
              sinkName,
              parents,
              topic,
              null,
              SourceGraphNode.serializer(grouped.keySerde()),
              values.serializer(),
              null,
              false);
          builder.addSource(
              sourceName,
              List.of(topic),
              null,
              SourceGraphNode.deserializer(grouped.keySerde()),
              values.deserializer(),
              new FailOnInvalidTimestamp(),
              null);
        });
  }
}
