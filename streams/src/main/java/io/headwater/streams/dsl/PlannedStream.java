package io.headwater.streams.dsl;

import static io.headwater.streams.dsl.GraphNode.each;

import io.headwater.serde.Serde;
import io.headwater.state.KeyValue;
import io.headwater.state.KeyValueStore;
import io.headwater.state.StoreBuilder;
import io.headwater.streams.kstream.BranchedKStream;
import io.headwater.streams.kstream.ForeachAction;
import io.headwater.streams.kstream.GlobalKTable;
import io.headwater.streams.kstream.Grouped;
import io.headwater.streams.kstream.Joined;
import io.headwater.streams.kstream.KGroupedStream;
import io.headwater.streams.kstream.KStream;
import io.headwater.streams.kstream.KTable;
import io.headwater.streams.kstream.KeyValueMapper;
import io.headwater.streams.kstream.Materialized;
import io.headwater.streams.kstream.Named;
import io.headwater.streams.kstream.Predicate;
import io.headwater.streams.kstream.Produced;
import io.headwater.streams.kstream.Repartitioned;
import io.headwater.streams.kstream.TimeWindowedSerde;
import io.headwater.streams.kstream.ValueJoiner;
import io.headwater.streams.kstream.ValueJoinerWithKey;
import io.headwater.streams.kstream.ValueMapper;
import io.headwater.streams.kstream.ValueMapperWithKey;
import io.headwater.streams.operator.Filter;
import io.headwater.streams.operator.FixedKey;
import io.headwater.streams.operator.FlatMapPairs;
import io.headwater.streams.operator.FlatMapValues;
import io.headwater.streams.operator.MapPairs;
import io.headwater.streams.operator.MapValues;
import io.headwater.streams.operator.PassThrough;
import io.headwater.streams.operator.Peek;
import io.headwater.streams.operator.SelectKey;
import io.headwater.streams.operator.StreamTableJoin;
import io.headwater.streams.operator.TableReader;
import io.headwater.streams.plan.Operation;
import io.headwater.streams.plan.PlanBuilder;
import io.headwater.streams.processor.ConnectedStoreProvider;
import io.headwater.streams.processor.FixedKeyProcessorSupplier;
import io.headwater.streams.processor.ProcessorSupplier;
import io.headwater.streams.processor.TopicNameExtractor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A stream of a plan. */
final class PlannedStream<K, V> implements KStream<K, V> {
  private static final String REPARTITION = "KSTREAM-REPARTITION-";

  final Graph graph;
  final Operation.Result result;
  final String name;
  final @Nullable Serde<K> keySerde;
  final @Nullable Serde<V> valueSerde;

  /** The sources whose records lead here without a topic between. */
  final Set<String> sources;

  /** Whether keys may have changed since records were partitioned by key. */
  final boolean repartitionRequired;

  final GraphNode node;

  /** Shared by the joins that need one and do not name it. */
  private @Nullable Repartition joinRepartition;

  PlannedStream(
      Graph graph,
      Operation.Result result,
      String name,
      @Nullable Serde<K> keySerde,
      @Nullable Serde<V> valueSerde,
      Set<String> sources,
      boolean repartitionRequired,
      GraphNode node) {
    this.graph = graph;
    this.result = result;
    this.name = name;
    this.keySerde = keySerde;
    this.valueSerde = valueSerde;
    this.sources = sources;
    this.repartitionRequired = repartitionRequired;
    this.node = node;
  }

  /** What a call returns that adds one processor to this stream. */
  private <KR, VR> PlannedStream<KR, VR> then(
      Operation.Result call,
      String nodeName,
      ProcessorSupplier<?, ?, ?, ?> supplier,
      @Nullable Serde<KR> keySerdeThen,
      @Nullable Serde<VR> valueSerdeThen,
      boolean keysMayChange) {
    return then(
        call,
        nodeName,
        (builder, parents, nullKeysWanted) -> builder.addProcessor(nodeName, parents, supplier),
        keySerdeThen,
        valueSerdeThen,
        keysMayChange);
  }

  private <KR, VR> PlannedStream<KR, VR> then(
      Operation.Result call,
      String nodeName,
      GraphNode.Writer writer,
      @Nullable Serde<KR> keySerdeThen,
      @Nullable Serde<VR> valueSerdeThen,
      boolean keysMayChange) {
    var added = new GraphNode(nodeName, writer);
    graph.add(node, added);
    return new PlannedStream<>(
        graph,
        call,
        nodeName,
        keySerdeThen,
        valueSerdeThen,
        sources,
        repartitionRequired || keysMayChange,
        added);
  }

  @Override
  public KStream<K, V> filter(Predicate<? super K, ? super V> predicate) {
    return filtered("filter", predicate, true, null);
  }

  @Override
  public KStream<K, V> filter(Predicate<? super K, ? super V> predicate, Named named) {
    return filtered("filter", predicate, true, named);
  }

  @Override
  public KStream<K, V> filterNot(Predicate<? super K, ? super V> predicate) {
    return filtered("filterNot", predicate, false, null);
  }

  @Override
  public KStream<K, V> filterNot(Predicate<? super K, ? super V> predicate, Named named) {
    return filtered("filterNot", predicate, false, named);
  }

  private KStream<K, V> filtered(
      String method,
      Predicate<? super K, ? super V> predicate,
      boolean wanted,
      @Nullable Named named) {
    return then(
        graph.record(result, method, predicate, named),
        graph.nodeName(named, "KSTREAM-FILTER-"),
        each(() -> new Filter<K, V>(predicate, wanted)),
        keySerde,
        valueSerde,
        false);
  }

  @Override
  public <KR> KStream<KR, V> selectKey(KeyValueMapper<? super K, ? super V, ? extends KR> mapper) {
    return selected(mapper, null);
  }

  @Override
  public <KR> KStream<KR, V> selectKey(
      KeyValueMapper<? super K, ? super V, ? extends KR> mapper, Named named) {
    return selected(mapper, named);
  }

  private <KR> KStream<KR, V> selected(
      KeyValueMapper<? super K, ? super V, ? extends KR> mapper, @Nullable Named named) {
    return selectedAs(
        graph.record(result, "selectKey", mapper, named),
        mapper,
        named == null ? null : named.name());
  }

  private <KR> PlannedStream<KR, V> selectedAs(
      Operation.Result call,
      KeyValueMapper<? super K, ? super V, ? extends KR> mapper,
      @Nullable String given) {
    return then(
        call,
        graph.nodeName(given, "KSTREAM-KEY-SELECT-"),
        each(() -> new SelectKey<K, V, KR>(mapper)),
        null,
        valueSerde,
        true);
  }

  @Override
  public <KR, VR> KStream<KR, VR> map(
      KeyValueMapper<? super K, ? super V, ? extends KeyValue<? extends KR, ? extends VR>> mapper) {
    return mapped(mapper, null);
  }

  @Override
  public <KR, VR> KStream<KR, VR> map(
      KeyValueMapper<? super K, ? super V, ? extends KeyValue<? extends KR, ? extends VR>> mapper,
      Named named) {
    return mapped(mapper, named);
  }

  private <KR, VR> KStream<KR, VR> mapped(
      KeyValueMapper<? super K, ? super V, ? extends KeyValue<? extends KR, ? extends VR>> mapper,
      @Nullable Named named) {
    return then(
        graph.record(result, "map", mapper, named),
        graph.nodeName(named, "KSTREAM-MAP-"),
        each(() -> new MapPairs<K, V, KR, VR>(mapper)),
        null,
        null,
        true);
  }

  @Override
  public <KR, VR> KStream<KR, VR> flatMap(
      KeyValueMapper<
              ? super K,
              ? super V,
              ? extends Iterable<? extends KeyValue<? extends KR, ? extends VR>>>
          mapper) {
    return flatMapped(mapper, null);
  }

  @Override
  public <KR, VR> KStream<KR, VR> flatMap(
      KeyValueMapper<
              ? super K,
              ? super V,
              ? extends Iterable<? extends KeyValue<? extends KR, ? extends VR>>>
          mapper,
      Named named) {
    return flatMapped(mapper, named);
  }

  private <KR, VR> KStream<KR, VR> flatMapped(
      KeyValueMapper<
              ? super K,
              ? super V,
              ? extends Iterable<? extends KeyValue<? extends KR, ? extends VR>>>
          mapper,
      @Nullable Named named) {
    return then(
        graph.record(result, "flatMap", mapper, named),
        graph.nodeName(named, "KSTREAM-FLATMAP-"),
        each(() -> new FlatMapPairs<K, V, KR, VR>(mapper)),
        null,
        null,
        true);
  }

  @Override
  public <VR> KStream<K, VR> mapValues(ValueMapper<? super V, ? extends VR> mapper) {
    return mappedValues(mapper, PlannedTable.withKey(mapper), null);
  }

  @Override
  public <VR> KStream<K, VR> mapValues(ValueMapper<? super V, ? extends VR> mapper, Named named) {
    return mappedValues(mapper, PlannedTable.withKey(mapper), named);
  }

  @Override
  public <VR> KStream<K, VR> mapValues(
      ValueMapperWithKey<? super K, ? super V, ? extends VR> mapper) {
    return mappedValues(mapper, mapper, null);
  }

  @Override
  public <VR> KStream<K, VR> mapValues(
      ValueMapperWithKey<? super K, ? super V, ? extends VR> mapper, Named named) {
    return mappedValues(mapper, mapper, named);
  }

  private <VR> KStream<K, VR> mappedValues(
      Object given,
      ValueMapperWithKey<? super K, ? super V, ? extends VR> mapper,
      @Nullable Named named) {
    return then(
        graph.record(result, "mapValues", given, named),
        graph.nodeName(named, "KSTREAM-MAPVALUES-"),
        each(() -> new MapValues<K, V, VR>(mapper)),
        keySerde,
        null,
        false);
  }

  @Override
  public <VR> KStream<K, VR> flatMapValues(
      ValueMapper<? super V, ? extends Iterable<? extends VR>> mapper) {
    return flatMappedValues(mapper, PlannedTable.withKey(mapper), null);
  }

  @Override
  public <VR> KStream<K, VR> flatMapValues(
      ValueMapper<? super V, ? extends Iterable<? extends VR>> mapper, Named named) {
    return flatMappedValues(mapper, PlannedTable.withKey(mapper), named);
  }

  @Override
  public <VR> KStream<K, VR> flatMapValues(
      ValueMapperWithKey<? super K, ? super V, ? extends Iterable<? extends VR>> mapper) {
    return flatMappedValues(mapper, mapper, null);
  }

  @Override
  public <VR> KStream<K, VR> flatMapValues(
      ValueMapperWithKey<? super K, ? super V, ? extends Iterable<? extends VR>> mapper,
      Named named) {
    return flatMappedValues(mapper, mapper, named);
  }

  private <VR> KStream<K, VR> flatMappedValues(
      Object given,
      ValueMapperWithKey<? super K, ? super V, ? extends Iterable<? extends VR>> mapper,
      @Nullable Named named) {
    return then(
        graph.record(result, "flatMapValues", given, named),
        graph.nodeName(named, "KSTREAM-FLATMAPVALUES-"),
        each(() -> new FlatMapValues<K, V, VR>(mapper)),
        keySerde,
        null,
        false);
  }

  @Override
  public void foreach(ForeachAction<? super K, ? super V> action) {
    seen("foreach", action, "KSTREAM-FOREACH-", null);
  }

  @Override
  public void foreach(ForeachAction<? super K, ? super V> action, Named named) {
    seen("foreach", action, "KSTREAM-FOREACH-", named);
  }

  @Override
  public KStream<K, V> peek(ForeachAction<? super K, ? super V> action) {
    return seen("peek", action, "KSTREAM-PEEK-", null);
  }

  @Override
  public KStream<K, V> peek(ForeachAction<? super K, ? super V> action, Named named) {
    return seen("peek", action, "KSTREAM-PEEK-", named);
  }

  private KStream<K, V> seen(
      String method,
      ForeachAction<? super K, ? super V> action,
      String prefix,
      @Nullable Named named) {
    return then(
        graph.record(result, method, action, named),
        graph.nodeName(named, prefix),
        each(() -> new Peek<K, V>(action)),
        keySerde,
        valueSerde,
        false);
  }

  @Override
  public BranchedKStream<K, V> split() {
    return new PlannedBranches<>(this, null);
  }

  @Override
  public BranchedKStream<K, V> split(Named named) {
    return new PlannedBranches<>(this, named);
  }

  @Override
  public KStream<K, V> merge(KStream<K, V> stream) {
    return merged(stream, null);
  }

  @Override
  public KStream<K, V> merge(KStream<K, V> stream, Named named) {
    return merged(stream, named);
  }

  private KStream<K, V> merged(KStream<K, V> stream, @Nullable Named named) {
    var other = (PlannedStream<K, V>) stream;
    Operation.Result call = graph.record(result, "merge", other.result, named);
    String mergeName = graph.nodeName(named, "KSTREAM-MERGE-");
    var allSources = new LinkedHashSet<>(sources);
    allSources.addAll(other.sources);
    var mergeNode =
        new GraphNode(
            mergeName,
            (builder, parents, nullKeysWanted) ->
                builder.addProcessor(mergeName, parents, each(PassThrough<K, V>::new)));
    graph.add(List.of(node, other.node), mergeNode);
    return new PlannedStream<>(
        graph,
        call,
        mergeName,
        null,
        null,
        allSources,
        repartitionRequired || other.repartitionRequired,
        mergeNode);
  }

  @Override
  public KStream<K, V> repartition() {
    return repartitioned(null);
  }

  @Override
  public KStream<K, V> repartition(Repartitioned<K, V> repartitioned) {
    return repartitioned(repartitioned);
  }

  private KStream<K, V> repartitioned(@Nullable Repartitioned<K, V> given) {
    Operation.Result call = graph.record(result, "repartition", given);
    Repartitioned<K, V> options =
        given == null ? Repartitioned.<K, V>with((Serde<K>) null, null) : given;
    String prefix = options.name() == null ? graph.newName(REPARTITION) : options.name();
    Serde<K> keys = options.keySerde() == null ? keySerde : options.keySerde();
    Serde<V> values = options.valueSerde() == null ? valueSerde : options.valueSerde();
    Integer partitions = options.numberOfPartitions();
    Repartition way =
        Repartition.of(
            graph,
            prefix,
            keys,
            values,
            options.streamPartitioner(),
            partitions == null ? OptionalInt.empty() : OptionalInt.of(partitions));
    graph.add(node, way);
    return new PlannedStream<>(graph, call, way.name, keys, values, Set.of(way.name), false, way);
  }

  @Override
  public void to(String topic) {
    written(topic, null, null);
  }

  @Override
  public void to(String topic, Produced<K, V> produced) {
    written(topic, null, produced);
  }

  @Override
  public void to(TopicNameExtractor<K, V> topicExtractor) {
    written(null, topicExtractor, null);
  }

  @Override
  public void to(TopicNameExtractor<K, V> topicExtractor, Produced<K, V> produced) {
    written(null, topicExtractor, produced);
  }

  private void written(
      @Nullable String topic,
      @Nullable TopicNameExtractor<K, V> topicExtractor,
      @Nullable Produced<K, V> given) {
    graph.record(result, "to", topic == null ? topicExtractor : topic, given);
    Produced<K, V> produced = given == null ? Produced.<K, V>with((Serde<K>) null, null) : given;
    Serde<K> keys = produced.keySerde() == null ? keySerde : produced.keySerde();
    Serde<V> values = produced.valueSerde() == null ? valueSerde : produced.valueSerde();
    String sinkName = graph.nodeName(produced.name(), "KSTREAM-SINK-");
    graph.add(
        node,
        new GraphNode(
            sinkName,
            (builder, parents, nullKeysWanted) ->
                builder.addSink(
                    sinkName,
                    parents,
                    topic,
                    topicExtractor,
                    SourceGraphNode.serializer(keys),
                    SourceGraphNode.serializer(values),
                    produced.streamPartitioner(),
                    keys instanceof TimeWindowedSerde<?>)));
  }

  @Override
  public KTable<K, V> toTable() {
    return table(null, null);
  }

  @Override
  public KTable<K, V> toTable(Named named) {
    return table(named, null);
  }

  @Override
  public KTable<K, V> toTable(Materialized<K, V, KeyValueStore<byte[], byte[]>> materialized) {
    return table(null, materialized);
  }

  @Override
  public KTable<K, V> toTable(
      Named named, Materialized<K, V, KeyValueStore<byte[], byte[]>> materialized) {
    return table(named, materialized);
  }

  private KTable<K, V> table(
      @Nullable Named named, @Nullable Materialized<K, V, ?> materializedOrNull) {
    Operation.Result call = graph.record(result, "toTable", named, materializedOrNull);
    Materialized<K, V, ?> materialized = Grouping.filled(materializedOrNull, keySerde, valueSerde);
    String tableName = graph.nodeName(named, "KSTREAM-TOTABLE-");
    String storeName = graph.storeName(materialized, "KSTREAM-TOTABLE-");
    StoreSpec<K, V> store =
        StoreSpec.keyValues(
            materialized, storeName, materialized.keySerde(), materialized.valueSerde());
    GraphNode parent = node;
    Set<String> tableSources = sources;
    if (repartitionRequired) {
      parent =
          Repartition.of(
              graph,
              tableName,
              materialized.keySerde(),
              materialized.valueSerde(),
              null,
              OptionalInt.empty());
      graph.add(node, parent);
      tableSources = Set.of(parent.name);
    }
    var origin = new TableOrigin.Source<>(store, materialized.storeName() != null);
    var tableNode =
        new GraphNode(
            tableName,
            (builder, parents, nullKeysWanted) -> origin.write(builder, tableName, parents));
    graph.add(parent, tableNode);
    return new PlannedTable<>(
        graph,
        call,
        materialized.keySerde(),
        materialized.valueSerde(),
        tableSources,
        materialized.storeName(),
        origin,
        tableNode);
  }

  @Override
  public <KR> KGroupedStream<KR, V> groupBy(KeyValueMapper<? super K, ? super V, KR> keySelector) {
    return grouped(keySelector, null);
  }

  @Override
  public <KR> KGroupedStream<KR, V> groupBy(
      KeyValueMapper<? super K, ? super V, KR> keySelector, Grouped<KR, V> grouped) {
    return grouped(keySelector, grouped);
  }

  private <KR> KGroupedStream<KR, V> grouped(
      KeyValueMapper<? super K, ? super V, KR> keySelector, @Nullable Grouped<KR, V> given) {
    Operation.Result call = graph.record(result, "groupBy", keySelector, given);
    Grouped<KR, V> grouped = given == null ? Grouped.with((Serde<KR>) null, valueSerde) : given;
    PlannedStream<KR, V> selected = selectedAs(call, keySelector, grouped.name());
    return new PlannedGroupedStream<>(new Grouping<>(grouped, selected), call);
  }

  @Override
  public KGroupedStream<K, V> groupByKey() {
    return groupedByKey(null);
  }

  @Override
  public KGroupedStream<K, V> groupByKey(Grouped<K, V> grouped) {
    return groupedByKey(grouped);
  }

  private KGroupedStream<K, V> groupedByKey(@Nullable Grouped<K, V> given) {
    Operation.Result call = graph.record(result, "groupByKey", given);
    Grouped<K, V> grouped = given == null ? Grouped.with(keySerde, valueSerde) : given;
    return new PlannedGroupedStream<>(new Grouping<>(grouped, this), call);
  }

  @Override
  public <VT, VR> KStream<K, VR> join(
      KTable<K, VT> table, ValueJoiner<? super V, ? super VT, ? extends VR> joiner) {
    return joined("join", false, table, joiner, withKey(joiner), null);
  }

  @Override
  public <VT, VR> KStream<K, VR> join(
      KTable<K, VT> table,
      ValueJoinerWithKey<? super K, ? super V, ? super VT, ? extends VR> joiner) {
    return joined("join", false, table, joiner, joiner, null);
  }

  @Override
  public <VT, VR> KStream<K, VR> join(
      KTable<K, VT> table,
      ValueJoiner<? super V, ? super VT, ? extends VR> joiner,
      Joined<K, V, VT> joined) {
    return joined("join", false, table, joiner, withKey(joiner), joined);
  }

  @Override
  public <VT, VR> KStream<K, VR> join(
      KTable<K, VT> table,
      ValueJoinerWithKey<? super K, ? super V, ? super VT, ? extends VR> joiner,
      Joined<K, V, VT> joined) {
    return joined("join", false, table, joiner, joiner, joined);
  }

  @Override
  public <VT, VR> KStream<K, VR> leftJoin(
      KTable<K, VT> table, ValueJoiner<? super V, ? super VT, ? extends VR> joiner) {
    return joined("leftJoin", true, table, joiner, withKey(joiner), null);
  }

  @Override
  public <VT, VR> KStream<K, VR> leftJoin(
      KTable<K, VT> table,
      ValueJoinerWithKey<? super K, ? super V, ? super VT, ? extends VR> joiner) {
    return joined("leftJoin", true, table, joiner, joiner, null);
  }

  @Override
  public <VT, VR> KStream<K, VR> leftJoin(
      KTable<K, VT> table,
      ValueJoiner<? super V, ? super VT, ? extends VR> joiner,
      Joined<K, V, VT> joined) {
    return joined("leftJoin", true, table, joiner, withKey(joiner), joined);
  }

  @Override
  public <VT, VR> KStream<K, VR> leftJoin(
      KTable<K, VT> table,
      ValueJoinerWithKey<? super K, ? super V, ? super VT, ? extends VR> joiner,
      Joined<K, V, VT> joined) {
    return joined("leftJoin", true, table, joiner, joiner, joined);
  }

  private static <K, V, VT, VR> ValueJoinerWithKey<K, V, VT, VR> withKey(
      ValueJoiner<? super V, ? super VT, ? extends VR> joiner) {
    return (key, value, tableValue) -> joiner.apply(value, tableValue);
  }

  private <VT, VR> KStream<K, VR> joined(
      String method,
      boolean left,
      KTable<K, VT> table,
      Object given,
      ValueJoinerWithKey<? super K, ? super V, ? super VT, ? extends VR> joiner,
      @Nullable Joined<K, V, VT> joinedOrNull) {
    var other = (PlannedTable<K, VT>) table;
    Operation.Result call = graph.record(result, method, other.result, given, joinedOrNull);
    Joined<K, V, VT> joined =
        joinedOrNull == null ? Joined.<K, V, VT>with((Serde<K>) null, null, null) : joinedOrNull;
    PlannedStream<K, V> partitioned = repartitionRequired ? repartitionedFor(call, joined) : this;
    return partitioned.joinedHere(call, left, other, joiner, joined);
  }

  private <VT, VR> KStream<K, VR> joinedHere(
      Operation.Result call,
      boolean left,
      PlannedTable<K, VT> table,
      ValueJoinerWithKey<? super K, ? super V, ? super VT, ? extends VR> joiner,
      Joined<K, V, VT> joined) {
    var allSources = new LinkedHashSet<>(sources);
    allSources.addAll(table.sources);
    graph.copartition(allSources);
    String joinName = graph.nodeName(joined.name(), left ? "KSTREAM-LEFTJOIN-" : "KSTREAM-JOIN-");
    TableReader.Source<K, VT> reader = table.readable();
    var joinNode =
        new GraphNode(
            joinName,
            (builder, parents, nullKeysWanted) -> {
              builder.addProcessor(
                  joinName,
                  parents,
                  each(
                      () ->
                          new StreamTableJoin<K, V, K, VT, VR>(
                              reader, (key, value) -> key, joiner, left)));
              builder.connectProcessorAndStateStores(joinName, reader.storeNames());
            });
    joinNode.leftJoin = left;
    graph.add(node, joinNode);
    return new PlannedStream<>(
        graph,
        call,
        joinName,
        joined.keySerde() == null ? keySerde : joined.keySerde(),
        null,
        allSources,
        false,
        joinNode);
  }

  /** This stream behind a topic; joins that do not name theirs share one. */
  private PlannedStream<K, V> repartitionedFor(Operation.Result call, Joined<K, V, ?> joined) {
    Serde<K> keys = joined.keySerde() == null ? keySerde : joined.keySerde();
    Serde<V> values = joined.leftValueSerde() == null ? valueSerde : joined.leftValueSerde();
    String prefix = joined.name() == null ? name : joined.name();
    // Made even if it is not used, since that uses up numbers.
    Repartition way = Repartition.of(graph, prefix, keys, values, null, OptionalInt.empty());
    if (joinRepartition == null || !name.equals(prefix)) {
      joinRepartition = way;
      graph.add(node, way);
    }
    return new PlannedStream<>(
        graph,
        call,
        joinRepartition.name,
        keys,
        values,
        Set.of(joinRepartition.name),
        false,
        joinRepartition);
  }

  @Override
  public <GK, GV, VR> KStream<K, VR> join(
      GlobalKTable<GK, GV> globalTable,
      KeyValueMapper<? super K, ? super V, ? extends GK> keySelector,
      ValueJoiner<? super V, ? super GV, ? extends VR> joiner) {
    return joined("join", false, globalTable, keySelector, joiner, withKey(joiner), null);
  }

  @Override
  public <GK, GV, VR> KStream<K, VR> join(
      GlobalKTable<GK, GV> globalTable,
      KeyValueMapper<? super K, ? super V, ? extends GK> keySelector,
      ValueJoiner<? super V, ? super GV, ? extends VR> joiner,
      Named named) {
    return joined("join", false, globalTable, keySelector, joiner, withKey(joiner), named);
  }

  @Override
  public <GK, GV, VR> KStream<K, VR> join(
      GlobalKTable<GK, GV> globalTable,
      KeyValueMapper<? super K, ? super V, ? extends GK> keySelector,
      ValueJoinerWithKey<? super K, ? super V, ? super GV, ? extends VR> joiner) {
    return joined("join", false, globalTable, keySelector, joiner, joiner, null);
  }

  @Override
  public <GK, GV, VR> KStream<K, VR> join(
      GlobalKTable<GK, GV> globalTable,
      KeyValueMapper<? super K, ? super V, ? extends GK> keySelector,
      ValueJoinerWithKey<? super K, ? super V, ? super GV, ? extends VR> joiner,
      Named named) {
    return joined("join", false, globalTable, keySelector, joiner, joiner, named);
  }

  @Override
  public <GK, GV, VR> KStream<K, VR> leftJoin(
      GlobalKTable<GK, GV> globalTable,
      KeyValueMapper<? super K, ? super V, ? extends GK> keySelector,
      ValueJoiner<? super V, ? super GV, ? extends VR> joiner) {
    return joined("leftJoin", true, globalTable, keySelector, joiner, withKey(joiner), null);
  }

  @Override
  public <GK, GV, VR> KStream<K, VR> leftJoin(
      GlobalKTable<GK, GV> globalTable,
      KeyValueMapper<? super K, ? super V, ? extends GK> keySelector,
      ValueJoiner<? super V, ? super GV, ? extends VR> joiner,
      Named named) {
    return joined("leftJoin", true, globalTable, keySelector, joiner, withKey(joiner), named);
  }

  @Override
  public <GK, GV, VR> KStream<K, VR> leftJoin(
      GlobalKTable<GK, GV> globalTable,
      KeyValueMapper<? super K, ? super V, ? extends GK> keySelector,
      ValueJoinerWithKey<? super K, ? super V, ? super GV, ? extends VR> joiner) {
    return joined("leftJoin", true, globalTable, keySelector, joiner, joiner, null);
  }

  @Override
  public <GK, GV, VR> KStream<K, VR> leftJoin(
      GlobalKTable<GK, GV> globalTable,
      KeyValueMapper<? super K, ? super V, ? extends GK> keySelector,
      ValueJoinerWithKey<? super K, ? super V, ? super GV, ? extends VR> joiner,
      Named named) {
    return joined("leftJoin", true, globalTable, keySelector, joiner, joiner, named);
  }

  private <GK, GV, VR> KStream<K, VR> joined(
      String method,
      boolean left,
      GlobalKTable<GK, GV> globalTable,
      KeyValueMapper<? super K, ? super V, ? extends GK> keySelector,
      Object given,
      ValueJoinerWithKey<? super K, ? super V, ? super GV, ? extends VR> joiner,
      @Nullable Named named) {
    var table = (PlannedGlobalTable<GK, GV>) globalTable;
    PlannedStream<K, VR> joined =
        then(
            graph.record(result, method, table.result(), keySelector, given, named),
            graph.nodeName(named, "KSTREAM-LEFTJOIN-"),
            each(
                () ->
                    new StreamTableJoin<K, V, GK, GV, VR>(
                        new TableReader.Global<>(table.storeName()), keySelector, joiner, left)),
            keySerde,
            null,
            false);
    joined.node.leftJoin = left;
    return joined;
  }

  @Override
  public <KR, VR> KStream<KR, VR> process(
      ProcessorSupplier<? super K, ? super V, KR, VR> supplier, String... storeNames) {
    return processed(supplier, null, List.of(storeNames));
  }

  @Override
  public <KR, VR> KStream<KR, VR> process(
      ProcessorSupplier<? super K, ? super V, KR, VR> supplier, Named named, String... storeNames) {
    return processed(supplier, named, List.of(storeNames));
  }

  private <KR, VR> KStream<KR, VR> processed(
      ProcessorSupplier<? super K, ? super V, KR, VR> supplier,
      @Nullable Named named,
      List<String> storeNames) {
    Operation.Result call = graph.record(result, "process", supplier, named, storeNames);
    String processorName = named == null ? graph.newName("KSTREAM-PROCESSOR-") : named.name();
    return then(
        call,
        processorName,
        writer(processorName, supplier, supplier, storeNames),
        null,
        null,
        true);
  }

  @Override
  public <VR> KStream<K, VR> processValues(
      FixedKeyProcessorSupplier<? super K, ? super V, VR> supplier, String... storeNames) {
    return processedValues(supplier, null, List.of(storeNames));
  }

  @Override
  public <VR> KStream<K, VR> processValues(
      FixedKeyProcessorSupplier<? super K, ? super V, VR> supplier,
      Named named,
      String... storeNames) {
    return processedValues(supplier, named, List.of(storeNames));
  }

  private <VR> KStream<K, VR> processedValues(
      FixedKeyProcessorSupplier<? super K, ? super V, VR> supplier,
      @Nullable Named named,
      List<String> storeNames) {
    Operation.Result call = graph.record(result, "processValues", supplier, named, storeNames);
    String processorName = named == null ? graph.newName("KSTREAM-PROCESSVALUES-") : named.name();
    PlanBuilder.requireNewInstances(processorName, supplier::get);
    return then(
        call,
        processorName,
        writer(processorName, each(() -> fixedKey(supplier)), supplier, storeNames),
        keySerde,
        null,
        false);
  }

  private static <K, V, VR> FixedKey<K, V, VR> fixedKey(
      FixedKeyProcessorSupplier<K, V, VR> supplier) {
    return new FixedKey<>(supplier.get());
  }

  private static GraphNode.Writer writer(
      String processorName,
      ProcessorSupplier<?, ?, ?, ?> supplier,
      ConnectedStoreProvider provider,
      List<String> storeNames) {
    return (builder, parents, nullKeysWanted) -> {
      builder.addProcessor(processorName, parents, supplier);
      for (StoreBuilder<?> store : provider.stores()) {
        builder.addStateStore(store, List.of(processorName));
      }
      if (!storeNames.isEmpty()) {
        builder.connectProcessorAndStateStores(processorName, storeNames);
      }
    };
  }
}
