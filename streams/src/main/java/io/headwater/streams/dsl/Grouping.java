package io.headwater.streams.dsl;

import io.headwater.serde.Serde;
import io.headwater.state.StateStore;
import io.headwater.streams.kstream.Aggregator;
import io.headwater.streams.kstream.Grouped;
import io.headwater.streams.kstream.KTable;
import io.headwater.streams.kstream.Materialized;
import io.headwater.streams.kstream.Reducer;
import io.headwater.streams.plan.Operation;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the aggregations of one grouped stream attach: to the stream, or behind a repartitioning.
 */
final class Grouping<K, V> {
  final Graph graph;
  final Grouped<K, V> grouped;
  private final PlannedStream<?, ?> stream;

  /** Shared by all aggregations if the program named its topic. */
  private @Nullable Repartition repartition;

  Grouping(Grouped<K, V> grouped, PlannedStream<?, ?> stream) {
    this.graph = stream.graph;
    this.grouped = grouped;
    this.stream = stream;
  }

  /** Adds the node of an aggregation; the table is what it makes. */
  <KR, VR> KTable<KR, VR> aggregate(
      Operation.Result call,
      String name,
      String storeName,
      @Nullable String queryableStoreName,
      @Nullable Serde<KR> keySerde,
      @Nullable Serde<VR> valueSerde,
      TableOrigin<KR, VR> origin) {
    GraphNode parent = stream.node;
    Set<String> sources = stream.sources;
    if (stream.repartitionRequired) {
      Repartition way =
          Repartition.of(
              graph,
              grouped.name() == null ? storeName : grouped.name(),
              grouped.keySerde(),
              grouped.valueSerde(),
              null,
              OptionalInt.empty());
      if (repartition == null || grouped.name() == null) {
        repartition = way;
      }
      graph.add(parent, repartition);
      parent = repartition;
      sources = Set.of(repartition.name);
    }
    var node =
        new GraphNode(
            name, (builder, parents, nullKeysWanted) -> origin.write(builder, name, parents));
    graph.add(parent, node);
    return new PlannedTable<>(
        graph, call, keySerde, valueSerde, sources, queryableStoreName, origin, node);
  }

  /** What was asked for, with these serdes where it names none. */
  static <K, V> Materialized<K, V, ?> filled(
      @Nullable Materialized<K, V, ?> materialized,
      @Nullable Serde<K> keySerde,
      @Nullable Serde<V> valueSerde) {
    Materialized<K, V, ?> given =
        materialized == null
            ? Materialized.<K, V, StateStore>with(keySerde, valueSerde)
            : materialized;
    if (given.keySerde() == null) {
      given = given.withKeySerde(keySerde);
    }
    return given.valueSerde() == null ? given.withValueSerde(valueSerde) : given;
  }

  /** The reducer as an aggregator whose aggregate starts as null. */
  static <K, V> Aggregator<K, V, V> aggregatorOf(Reducer<V> reducer) {
    return (key, value, aggregate) -> aggregate == null ? value : reducer.apply(aggregate, value);
  }
}
