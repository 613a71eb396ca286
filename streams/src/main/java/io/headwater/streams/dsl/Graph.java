package io.headwater.streams.dsl;

import static io.headwater.streams.dsl.GraphNode.each;

import io.headwater.serde.Serde;
import io.headwater.state.KeyValueStore;
import io.headwater.state.StoreBuilder;
import io.headwater.streams.errors.TopologyException;
import io.headwater.streams.kstream.Consumed;
import io.headwater.streams.kstream.GlobalKTable;
import io.headwater.streams.kstream.KStream;
import io.headwater.streams.kstream.KTable;
import io.headwater.streams.kstream.Materialized;
import io.headwater.streams.kstream.Named;
import io.headwater.streams.operator.GlobalTableUpdate;
import io.headwater.streams.plan.Operation;
import io.headwater.streams.plan.PlanBuilder;
import io.headwater.streams.processor.ProcessorSupplier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the calls of one builder asked for. Not for more than one thread. */
public final class Graph {
  static final String SOURCE = "KSTREAM-SOURCE-";
  private static final String TABLE_SOURCE = "KTABLE-SOURCE-";
  private static final String SOURCE_SUFFIX = "-source";

  private final GraphNode root = new GraphNode("root", (builder, parents, nullKeysWanted) -> {});
  private final List<Set<String>> copartitionedSources = new ArrayList<>();
  private final List<Operation> operations = new ArrayList<>();
  private int nextIndex;
  private int nextPriority = 1;

  /** See {@link io.headwater.streams.StreamsBuilder#stream}. */
  public <K, V> KStream<K, V> stream(
      Collection<String> topics,
      @Nullable Pattern pattern,
      @Nullable Consumed<K, V> consumedOrNull) {
    Operation.Result result =
        record(null, "stream", pattern == null ? List.copyOf(topics) : pattern, consumedOrNull);
    Consumed<K, V> consumed = orDefault(consumedOrNull);
    String name = nodeName(consumed.name(), SOURCE);
    var node = new SourceGraphNode(name, new LinkedHashSet<>(topics), pattern, consumed);
    add(root, node);
    return new PlannedStream<>(
        this, result, name, consumed.keySerde(), consumed.valueSerde(), Set.of(name), false, node);
  }

  /** See {@link io.headwater.streams.StreamsBuilder#table}. */
  public <K, V> KTable<K, V> table(
      String topic,
      @Nullable Consumed<K, V> consumedOrNull,
      @Nullable Materialized<K, V, KeyValueStore<byte[], byte[]>> materializedOrNull) {
    Operation.Result result = record(null, "table", topic, consumedOrNull, materializedOrNull);
    Consumed<K, V> consumed = consumedOf(consumedOrNull, materializedOrNull);
    Materialized<K, V, KeyValueStore<byte[], byte[]>> materialized = orDefault(materializedOrNull);
    String storeName = storeName(materialized, topic + "-");
    StoreSpec<K, V> store =
        StoreSpec.keyValues(materialized, storeName, consumed.keySerde(), consumed.valueSerde());
    String sourceName = suffixedNodeName(consumed.name(), SOURCE_SUFFIX, SOURCE);
    String name = nodeName(consumed.name(), TABLE_SOURCE);
    var origin = new TableOrigin.Source<>(store, materialized.storeName() != null);
    var node =
        new GraphNode(
            name,
            (builder, parents, nullKeysWanted) -> {
              builder.addSource(
                  sourceName,
                  List.of(topic),
                  null,
                  SourceGraphNode.deserializer(consumed.keySerde()),
                  SourceGraphNode.deserializer(consumed.valueSerde()),
                  consumed.timestampExtractor(),
                  consumed.offsetResetPolicy());
              origin.write(builder, name, List.of(sourceName));
            });
    add(root, node);
    return new PlannedTable<>(
        this,
        result,
        consumed.keySerde(),
        consumed.valueSerde(),
        Set.of(sourceName),
        materialized.storeName(),
        origin,
        node);
  }

  /** See {@link io.headwater.streams.StreamsBuilder#globalTable}. */
  public <K, V> GlobalKTable<K, V> globalTable(
      String topic,
      @Nullable Consumed<K, V> consumedOrNull,
      @Nullable Materialized<K, V, KeyValueStore<byte[], byte[]>> materializedOrNull) {
    Operation.Result result =
        record(null, "globalTable", topic, consumedOrNull, materializedOrNull);
    Consumed<K, V> consumed = consumedOf(consumedOrNull, materializedOrNull);
    Materialized<K, V, KeyValueStore<byte[], byte[]>> materialized =
        orDefault(materializedOrNull).withLoggingDisabled();
    String storeName = storeName(materialized, topic + "-");
    StoreSpec<K, V> store =
        StoreSpec.keyValues(
            materialized.withCachingDisabled(),
            storeName,
            consumed.keySerde(),
            consumed.valueSerde());
    String sourceName = suffixedNodeName(consumed.name(), SOURCE_SUFFIX, SOURCE);
    String name = nodeName(consumed.name(), TABLE_SOURCE);
    addGlobalStore(
        store,
        sourceName,
        topic,
        consumed,
        name,
        each(() -> new GlobalTableUpdate<K, V>(storeName)));
    boolean queryable = materializedOrNull == null || materializedOrNull.storeName() != null;
    return new PlannedGlobalTable<>(result, storeName, queryable);
  }

  /** See {@link io.headwater.streams.StreamsBuilder#addStateStore}. */
  public void addStateStore(StoreBuilder<?> store) {
    record(null, "addStateStore", store);
    add(
        root,
        new GraphNode(
            store.name(),
            (builder, parents, nullKeysWanted) -> builder.addStateStore(store, List.of())));
  }

  /** See {@link io.headwater.streams.StreamsBuilder#addGlobalStore}. */
  public <K, V> void addGlobalStore(
      StoreBuilder<?> store,
      String topic,
      Consumed<K, V> consumed,
      ProcessorSupplier<K, V, Void, Void> supplier) {
    record(null, "addGlobalStore", store, topic, consumed, supplier);
    String sourceName = suffixedNodeName(consumed.name(), SOURCE_SUFFIX, SOURCE);
    String name = nodeName(consumed.name(), TABLE_SOURCE);
    addGlobalStore(store, sourceName, topic, consumed, name, supplier);
  }

  private void addGlobalStore(
      StoreBuilder<?> store,
      String sourceName,
      String topic,
      Consumed<?, ?> consumed,
      String name,
      ProcessorSupplier<?, ?, Void, Void> supplier) {
    add(
        root,
        new GraphNode(
            name,
            (builder, parents, nullKeysWanted) ->
                builder.addGlobalStore(
                    store,
                    sourceName,
                    topic,
                    SourceGraphNode.deserializer(consumed.keySerde()),
                    SourceGraphNode.deserializer(consumed.valueSerde()),
                    consumed.timestampExtractor(),
                    name,
                    supplier)));
  }

  /**
   * Writes everything asked for so far.
   *
   * @throws TopologyException if it contradicts itself
   */
  public PlanBuilder build() {
    mergeSources();
    var builder = new PlanBuilder();
    var written = new LinkedHashSet<GraphNode>();
    var nullKeysWanted = new HashMap<GraphNode, Boolean>();
    var waiting = new TreeSet<GraphNode>(Comparator.comparingInt(node -> node.priority));
    waiting.add(root);
    while (!waiting.isEmpty()) {
      GraphNode node = waiting.first();
      waiting.remove(node);
      if (written.containsAll(node.parents) && written.add(node)) {
        node.write(builder, nullKeysWanted(node, nullKeysWanted));
      }
      waiting.addAll(node.children);
    }
    copartitionedSources.forEach(builder::copartitionSources);
    builder.operations(operations);
    builder.requireCopartitioning();
    return builder;
  }

  /** Streams that read the same topics are one source. */
  private void mergeSources() {
    var sources = new ArrayList<SourceGraphNode>();
    for (GraphNode node : new ArrayList<>(root.children)) {
      if (!(node instanceof SourceGraphNode source)) {
        continue;
      }
      SourceGraphNode same = sources.stream().filter(source::readsSame).findFirst().orElse(null);
      if (same != null) {
        same.takeOver(source);
        root.children.remove(source);
        continue;
      }
      for (SourceGraphNode other : sources) {
        if (source.overlaps(other)) {
          throw new TopologyException(
              "sources %s and %s read topics that overlap without being the same: %s and %s"
                  .formatted(other.name, source.name, other.topics, source.topics));
        }
      }
      sources.add(source);
    }
  }

  /** Whether a left join follows somewhere, also beyond other nodes and topics. */
  private static boolean nullKeysWanted(GraphNode node, Map<GraphNode, Boolean> known) {
    Boolean answer = known.get(node);
    if (answer == null) {
      answer = false;
      for (GraphNode child : node.children) {
        if (child.leftJoin || nullKeysWanted(child, known)) {
          answer = true;
          break;
        }
      }
      known.put(node, answer);
    }
    return answer;
  }

  /** Adds the node below the parents; one that is there already moves to the end of the order. */
  void add(List<GraphNode> parents, GraphNode node) {
    for (GraphNode parent : parents) {
      parent.children.add(node);
      node.parents.add(parent);
    }
    node.priority = nextPriority++;
  }

  void add(GraphNode parent, GraphNode node) {
    add(List.of(parent), node);
  }

  void copartition(Set<String> sources) {
    copartitionedSources.add(sources);
  }

  /** Keeps a call, for {@link Operation}. */
  Operation.Result record(
      Operation.@Nullable Result receiver, String method, @Nullable Object... arguments) {
    int id = operations.size();
    operations.add(new Operation(id, receiver, method, Arrays.asList(arguments)));
    return new Operation.Result(id, null);
  }

  /** A generated name; uses up a number. */
  String newName(String prefix) {
    return prefix + String.format(Locale.ROOT, "%010d", nextIndex++);
  }

  /** A generated name of a store; uses up a number. */
  String newStoreName(String prefix) {
    return newName(prefix + "STATE-STORE-");
  }

  /** The name given, or a generated one; uses up a number either way. */
  String nodeName(@Nullable String given, String prefix) {
    String generated = newName(prefix);
    return given == null ? generated : given;
  }

  String nodeName(@Nullable Named given, String prefix) {
    return nodeName(given == null ? null : given.name(), prefix);
  }

  /** The name given with the suffix, or a generated one; uses up a number either way. */
  String suffixedNodeName(@Nullable String given, String suffix, String prefix) {
    String generated = newName(prefix);
    return given == null ? generated : Named.as(given + suffix).name();
  }

  /** The name of the store; uses up a number if it is generated. */
  String storeName(Materialized<?, ?, ?> materialized, String prefix) {
    String given = materialized.storeName();
    return given == null ? newStoreName(prefix) : given;
  }

  private static <K, V> Consumed<K, V> orDefault(@Nullable Consumed<K, V> consumed) {
    return consumed == null ? Consumed.<K, V>with((Serde<K>) null, null) : consumed;
  }

  private static <K, V> Consumed<K, V> consumedOf(
      @Nullable Consumed<K, V> consumed, @Nullable Materialized<K, V, ?> materialized) {
    return consumed == null && materialized != null
        ? Consumed.with(materialized.keySerde(), materialized.valueSerde())
        : orDefault(consumed);
  }

  private static <K, V, S extends io.headwater.state.StateStore> Materialized<K, V, S> orDefault(
      @Nullable Materialized<K, V, S> materialized) {
    return materialized == null ? Materialized.with(null, null) : materialized;
  }
}
