package io.headwater.streams.plan;

import io.headwater.serde.Deserializer;
import io.headwater.serde.Serializer;
import io.headwater.state.StoreBuilder;
import io.headwater.streams.AutoOffsetReset;
import io.headwater.streams.errors.TopologyException;
import io.headwater.streams.processor.ProcessorSupplier;
import io.headwater.streams.processor.StreamPartitioner;
import io.headwater.streams.processor.TimestampExtractor;
import io.headwater.streams.processor.TopicNameExtractor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Collects the parts of a topology and refuses what contradicts those already there; nothing is
 * changed by a call that fails. Not for more than one thread.
 */
public final class PlanBuilder {
  /** In the order in which they were added. Processors here know no stores yet. */
  private final Map<String, Node> nodes = new LinkedHashMap<>();

  private final Groups groups = new Groups();
  private final Map<String, StoreBuilder<?>> stores = new LinkedHashMap<>();
  private final Map<String, Set<String>> processorsOfStores = new LinkedHashMap<>();
  private final Map<String, Set<String>> storesOfProcessors = new LinkedHashMap<>();
  private final Map<String, StoreBuilder<?>> globalStores = new LinkedHashMap<>();

  /** From the name of a global store's source to that of its processor. */
  private final Map<String, String> globalProcessors = new LinkedHashMap<>();

  private final Set<String> sourceTopics = new LinkedHashSet<>();
  private final List<Pattern> sourcePatterns = new ArrayList<>();
  private final Map<String, RepartitionTopic> repartitionTopics = new LinkedHashMap<>();
  private final List<Set<String>> copartitionedSources = new ArrayList<>();
  private List<Operation> operations = List.of();

  /**
   * Adds a source that reads the topics, or those that match the pattern; see {@link SourceNode}.
   */
  public void addSource(
      String name,
      List<String> topics,
      @Nullable Pattern pattern,
      @Nullable Deserializer<?> keyDeserializer,
      @Nullable Deserializer<?> valueDeserializer,
      @Nullable TimestampExtractor timestampExtractor,
      @Nullable AutoOffsetReset offsetReset) {
    requireNewNode(name);
    if (pattern == null) {
      if (topics.isEmpty()) {
        throw new TopologyException("source " + name + " names no topic");
      }
      var seen = new LinkedHashSet<String>();
      for (String topic : topics) {
        requireNewTopic(topic);
        if (!seen.add(topic)) {
          throw new TopologyException("source " + name + " names topic " + topic + " twice");
        }
      }
    } else {
      for (String topic : sourceTopics) {
        if (pattern.matcher(topic).matches()) {
          throw new TopologyException(
              "pattern %s of source %s matches topic %s, which another source reads"
                  .formatted(pattern, name, topic));
        }
      }
    }
    add(
        new SourceNode(
            name,
            topics,
            pattern,
            keyDeserializer,
            valueDeserializer,
            timestampExtractor,
            offsetReset));
    sourceTopics.addAll(topics);
    if (pattern != null) {
      sourcePatterns.add(pattern);
    }
  }

  /** Adds a processor, without stores. */
  public void addProcessor(
      String name, List<String> parents, ProcessorSupplier<?, ?, ?, ?> supplier) {
    requireNewNode(name);
    requireNewInstances(name, supplier::get);
    requireParents(name, parents);
    add(new ProcessorNode(name, parents, supplier, Set.of()));
  }

  /** Adds a sink that writes the topic, or those that are chosen; see {@link SinkNode}. */
  public void addSink(
      String name,
      List<String> parents,
      @Nullable String topic,
      @Nullable TopicNameExtractor<?, ?> topicNameExtractor,
      @Nullable Serializer<?> keySerializer,
      @Nullable Serializer<?> valueSerializer,
      @Nullable StreamPartitioner<?, ?> partitioner,
      boolean windowedKey) {
    requireNewNode(name);
    requireParents(name, parents);
    add(
        new SinkNode(
            name,
            parents,
            topic,
            topicNameExtractor,
            keySerializer,
            valueSerializer,
            partitioner,
            windowedKey));
  }

  /** Adds a store and connects it to the processors. The same store may be added again. */
  public void addStateStore(StoreBuilder<?> store, Collection<String> processors) {
    String name = Objects.requireNonNull(store.name(), "a store needs a name");
    StoreBuilder<?> present = stores.get(name);
    if (present != null && !present.equals(store)) {
      throw new TopologyException("a different store named " + name + " is already there");
    }
    if (globalStores.containsKey(name)) {
      throw new TopologyException("a global store named " + name + " is already there");
    }
    processors.forEach(this::requireProcessor);
    stores.put(name, store);
    processorsOfStores.computeIfAbsent(name, absent -> new LinkedHashSet<>());
    processors.forEach(processor -> connect(processor, name));
  }

  /** Replaces a store by another of the same name, connections kept; it may be absent. */
  public void replaceStateStore(StoreBuilder<?> store) {
    stores.put(store.name(), store);
    processorsOfStores.computeIfAbsent(store.name(), absent -> new LinkedHashSet<>());
  }

  /** Lets the processor use the stores. */
  public void connectProcessorAndStateStores(String processor, Collection<String> storeNames) {
    if (storeNames.isEmpty()) {
      throw new TopologyException("no store is named to connect to " + processor);
    }
    requireProcessor(processor);
    for (String store : storeNames) {
      if (globalStores.containsKey(store)) {
        throw new TopologyException(
            "global store %s needs no connection: every processor can read it".formatted(store));
      }
      if (!stores.containsKey(store)) {
        throw new TopologyException(
            "store %s, to be connected to %s, was not added".formatted(store, processor));
      }
    }
    storeNames.forEach(store -> connect(processor, store));
  }

  /** Adds a global store with the two nodes that fill it; see {@link GlobalStorePlan}. */
  public void addGlobalStore(
      StoreBuilder<?> store,
      String sourceName,
      String topic,
      @Nullable Deserializer<?> keyDeserializer,
      @Nullable Deserializer<?> valueDeserializer,
      @Nullable TimestampExtractor timestampExtractor,
      String processorName,
      ProcessorSupplier<?, ?, ?, ?> supplier) {
    requireNewNode(sourceName);
    requireNewTopic(topic);
    requireNewNode(processorName);
    if (sourceName.equals(processorName)) {
      throw new TopologyException("source and processor are both named " + sourceName);
    }
    requireNewInstances(processorName, supplier::get);
    String storeName = store.name();
    if (stores.containsKey(storeName) || globalStores.containsKey(storeName)) {
      throw new TopologyException("a different store named " + storeName + " is already there");
    }
    add(
        new SourceNode(
            sourceName,
            List.of(topic),
            null,
            keyDeserializer,
            valueDeserializer,
            timestampExtractor,
            null));
    sourceTopics.add(topic);
    add(new ProcessorNode(processorName, List.of(sourceName), supplier, Set.of(storeName)));
    globalProcessors.put(sourceName, processorName);
    globalStores.put(storeName, store);
  }

  /** Says that a topic is internal: the application creates it, with its id as prefix. */
  public void addRepartitionTopic(String topic, OptionalInt partitions) {
    repartitionTopics.put(topic, new RepartitionTopic(topic, partitions));
  }

  /** Says that the sources' topics must have the same number of partitions. */
  public void copartitionSources(Collection<String> sources) {
    copartitionedSources.add(new LinkedHashSet<>(sources));
  }

  /** Says which calls led to this topology. */
  public void operations(List<Operation> calls) {
    operations = List.copyOf(calls);
  }

  /** The topology as it is now. Later changes do not show in it. */
  public Plan build() {
    var idsByGroup = new LinkedHashMap<String, Integer>();
    var nodesByGroup = new LinkedHashMap<String, List<Node>>();
    for (Node node : nodes.values()) {
      String group = groups.representative(node.name());
      idsByGroup.putIfAbsent(group, idsByGroup.size());
      nodesByGroup.computeIfAbsent(group, absent -> new ArrayList<>()).add(withStores(node));
    }
    var subtopologies = new ArrayList<Subtopology>();
    var globals = new ArrayList<GlobalStorePlan>();
    for (var group : nodesByGroup.entrySet()) {
      int id = Objects.requireNonNull(idsByGroup.get(group.getKey()));
      List<Node> members = group.getValue();
      if (members.get(0) instanceof SourceNode source
          && globalProcessors.containsKey(source.name())
          && members.get(1) instanceof ProcessorNode processor) {
        String store = processor.stores().iterator().next();
        globals.add(
            new GlobalStorePlan(
                id, source, processor, Objects.requireNonNull(globalStores.get(store))));
      } else {
        subtopologies.add(new Subtopology(id, members, storesOf(members)));
      }
    }
    return new Plan(subtopologies, globals, repartitionTopics, copartitionGroups(), operations);
  }

  private Node withStores(Node node) {
    return node instanceof ProcessorNode processor
            && storesOfProcessors.containsKey(processor.name())
        ? new ProcessorNode(
            processor.name(),
            processor.parents(),
            processor.supplier(),
            storesOfProcessors.getOrDefault(processor.name(), Set.of()))
        : node;
  }

  private List<StorePlan> storesOf(List<Node> members) {
    var names = new LinkedHashSet<String>();
    members.forEach(node -> names.addAll(storesOfProcessors.getOrDefault(node.name(), Set.of())));
    return names.stream()
        .map(
            name ->
                new StorePlan(
                    Objects.requireNonNull(stores.get(name)),
                    Objects.requireNonNull(processorsOfStores.get(name))))
        .toList();
  }

  /** Groups of sources become groups of topics; those that share a topic become one. */
  private List<Set<String>> copartitionGroups() {
    var united = new ArrayList<Set<String>>();
    for (Set<String> sources : copartitionedSources) {
      var topics = new TreeSet<String>();
      for (String name : sources) {
        if (nodes.get(name) instanceof SourceNode source) {
          topics.addAll(source.topics());
        }
      }
      for (var others = united.iterator(); others.hasNext(); ) {
        Set<String> other = others.next();
        if (other.stream().anyMatch(topics::contains)) {
          topics.addAll(other);
          others.remove();
        }
      }
      united.add(topics);
    }
    return united;
  }

  /**
   * Refuses co-partition groups that are all repartition topics whose numbers of partitions are set
   * and differ; others are checked when the number of partitions is known.
   */
  public void requireCopartitioning() {
    for (Set<String> topics : copartitionGroups()) {
      var partitions = new TreeMap<String, Integer>();
      for (String topic : topics) {
        RepartitionTopic repartition = repartitionTopics.get(topic);
        if (repartition != null && repartition.partitions().isPresent()) {
          partitions.put(topic, repartition.partitions().getAsInt());
        }
      }
      if (partitions.size() == topics.size() && Set.copyOf(partitions.values()).size() > 1) {
        throw new TopologyException(
            "these topics have to have the same number of partitions: " + partitions);
      }
    }
  }

  private void add(Node node) {
    nodes.put(node.name(), node);
    groups.add(node.name());
    node.parents().forEach(parent -> groups.unite(node.name(), parent));
  }

  private void connect(String processor, String store) {
    Set<String> processors = Objects.requireNonNull(processorsOfStores.get(store));
    if (!processors.isEmpty()) {
      groups.unite(processors.iterator().next(), processor);
    }
    processors.add(processor);
    storesOfProcessors.computeIfAbsent(processor, absent -> new LinkedHashSet<>()).add(store);
  }

  private void requireNewNode(String name) {
    Objects.requireNonNull(name, "a node needs a name");
    if (nodes.containsKey(name)) {
      throw new TopologyException("a node named " + name + " is already there");
    }
  }

  private void requireParents(String name, List<String> parents) {
    if (parents.isEmpty()) {
      throw new TopologyException("node " + name + " has no parent");
    }
    for (String parent : parents) {
      Node node = nodes.get(parent);
      if (node == null) {
        throw new TopologyException(
            parent.equals(name)
                ? "node " + name + " cannot be its own parent"
                : "parent %s of node %s is unknown".formatted(parent, name));
      }
      if (node instanceof SinkNode) {
        throw new TopologyException(
            "sink %s cannot be the parent of node %s".formatted(parent, name));
      }
      if (globalProcessors.containsKey(parent) || globalProcessors.containsValue(parent)) {
        throw new TopologyException(
            "%s fills a global store and cannot be the parent of node %s".formatted(parent, name));
      }
    }
  }

  private void requireProcessor(String name) {
    Node node = nodes.get(name);
    if (node == null) {
      throw new TopologyException("processor " + name + " is unknown");
    }
    if (!(node instanceof ProcessorNode)) {
      throw new TopologyException(
          "stores can be connected to processors only, and %s is none".formatted(name));
    }
  }

  private void requireNewTopic(String topic) {
    Objects.requireNonNull(topic, "a topic needs a name");
    if (sourceTopics.contains(topic)) {
      throw new TopologyException("topic " + topic + " is already read by another source");
    }
    for (Pattern pattern : sourcePatterns) {
      if (pattern.matcher(topic).matches()) {
        throw new TopologyException(
            "topic %s matches pattern %s of another source".formatted(topic, pattern));
      }
    }
  }

  /**
   * Refuses a supplier that returns the same object twice: two tasks that shared one processor
   * would see each other's state.
   *
   * @throws IllegalArgumentException if it does
   */
  public static void requireNewInstances(String name, Supplier<?> supplier) {
    Object first = supplier.get();
    Object second = supplier.get();
    if (first == second) {
      throw new IllegalArgumentException(
          "the supplier of processor %s has to return a new object at every call, not the same"
              .formatted(name));
    }
  }
}
