package io.headwater.streams;

import io.headwater.streams.plan.GlobalStorePlan;
import io.headwater.streams.plan.Plan;
import io.headwater.streams.plan.ProcessorNode;
import io.headwater.streams.plan.SinkNode;
import io.headwater.streams.plan.SourceNode;
import io.headwater.streams.processor.TopicNameExtractor;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Describes a plan as Kafka Streams does, to the letter.
 *
 * <p>There, the order of nodes comes from how many others each leads to, and from the order of hash
 * sets and maps of names on the way; the neighbours of a node are even ordered by counts that are
 * not final yet. The same kinds of set, filled in the same order, give the same text here.
 */
final class PlanDescription implements TopologyDescription {
  private final Set<Subtopology> subtopologies;
  private final Set<GlobalStore> globalStores;

  private PlanDescription(Set<Subtopology> subtopologies, Set<GlobalStore> globalStores) {
    this.subtopologies = subtopologies;
    this.globalStores = globalStores;
  }

  static PlanDescription of(Plan plan) {
    var subtopologies = new LinkedHashSet<Subtopology>();
    plan.subtopologies().forEach(part -> subtopologies.add(describe(part.id(), part.nodes())));
    var globalStores = new LinkedHashSet<GlobalStore>();
    plan.globalStores().forEach(store -> globalStores.add(describe(store)));
    return new PlanDescription(
        Collections.unmodifiableSet(subtopologies), Collections.unmodifiableSet(globalStores));
  }

  private static Subtopology describe(int id, List<io.headwater.streams.plan.Node> nodes) {
    var plans = new HashMap<String, io.headwater.streams.plan.Node>();
    nodes.forEach(node -> plans.put(node.name(), node));
    var names = new HashSet<String>();
    nodes.forEach(node -> names.add(node.name()));
    var described = new HashMap<String, Described>();
    names.forEach(
        name -> described.put(name, Described.of(Objects.requireNonNull(plans.get(name)))));
    for (Described node : described.values()) {
      for (String parent : Objects.requireNonNull(plans.get(node.name())).parents()) {
        Described predecessor = Objects.requireNonNull(described.get(parent));
        node.predecessors.add(predecessor);
        predecessor.successors.add(node);
        predecessor.grow(node.size);
      }
    }
    var ordered = new TreeSet<>(Described.ORDER);
    ordered.addAll(described.values());
    return new DescribedSubtopology(id, Collections.unmodifiableSet(ordered));
  }

  private static GlobalStore describe(GlobalStorePlan store) {
    var source = new DescribedSource(store.source());
    var processor = new DescribedProcessor(store.processor());
    source.successors.add(processor);
    processor.predecessors.add(source);
    return new DescribedGlobalStore(store.id(), source, processor);
  }

  @Override
  public Set<Subtopology> subtopologies() {
    return subtopologies;
  }

  @Override
  public Set<GlobalStore> globalStores() {
    return globalStores;
  }

  @Override
  public String toString() {
    var parts = new TreeMap<Integer, Object>();
    subtopologies.forEach(part -> parts.put(part.id(), part));
    globalStores.forEach(store -> parts.put(store.id(), store));
    return parts.values().stream()
        .map(part -> "  " + part)
        .collect(Collectors.joining("", "Topologies:\n ", ""));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PlanDescription that && toString().equals(that.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  private record DescribedSubtopology(int id, Set<? extends TopologyDescription.Node> members)
      implements Subtopology {
    @Override
    public Set<TopologyDescription.Node> nodes() {
      return Collections.unmodifiableSet(members);
    }

    @Override
    public String toString() {
      return members.stream()
          .map(node -> "    " + node + "\n")
          .collect(Collectors.joining("", "Sub-topology: " + id + "\n", "\n"));
    }
  }

  private record DescribedGlobalStore(int id, Source source, Processor processor)
      implements GlobalStore {
    @Override
    public String toString() {
      return "Sub-topology: %s for global store (will not generate tasks)\n    %s\n    %s\n"
          .formatted(id, source, processor);
    }
  }

  private abstract static class Described implements TopologyDescription.Node {
    static final Comparator<Described> ORDER =
        Comparator.<Described>comparingInt(node -> -node.size).thenComparing(Described::name);

    private final String name;

    /** Counted here when they are added, and ordered by what their size was then. */
    final Set<Described> predecessors = new TreeSet<>(ORDER);

    final Set<Described> successors = new TreeSet<>(ORDER);

    /**
     * How many nodes can be reached from here, each as often as there are ways; itself included.
     */
    int size = 1;

    Described(String name) {
      this.name = name;
    }

    static Described of(io.headwater.streams.plan.Node node) {
      if (node instanceof SourceNode source) {
        return new DescribedSource(source);
      }
      return node instanceof ProcessorNode processor
          ? new DescribedProcessor(processor)
          : new DescribedSink((SinkNode) node);
    }

    void grow(int delta) {
      size += delta;
      predecessors.forEach(predecessor -> predecessor.grow(delta));
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Set<TopologyDescription.Node> predecessors() {
      return Collections.unmodifiableSet(predecessors);
    }

    @Override
    public Set<TopologyDescription.Node> successors() {
      return Collections.unmodifiableSet(successors);
    }

    static String names(Collection<Described> nodes) {
      return nodes.isEmpty()
          ? "none"
          : nodes.stream().map(Described::name).collect(Collectors.joining(", "));
    }
  }

  private static final class DescribedSource extends Described implements Source {
    private final @Nullable Set<String> topics;
    private final @Nullable Pattern pattern;

    DescribedSource(SourceNode node) {
      super(node.name());
      topics = node.topics().isEmpty() ? null : new HashSet<>(node.topics());
      pattern = node.pattern();
    }

    @Override
    public @Nullable Set<String> topicSet() {
      return topics == null ? null : Collections.unmodifiableSet(topics);
    }

    @Override
    public @Nullable Pattern topicPattern() {
      return pattern;
    }

    @Override
    public String toString() {
      return "Source: %s (topics: %s)\n      --> %s"
          .formatted(name(), topics == null ? pattern : topics, names(successors));
    }
  }

  private static final class DescribedProcessor extends Described implements Processor {
    private final Set<String> stores;

    DescribedProcessor(ProcessorNode node) {
      super(node.name());
      stores = new HashSet<>(node.stores());
    }

    @Override
    public Set<String> stores() {
      return Collections.unmodifiableSet(stores);
    }

    @Override
    public String toString() {
      return "Processor: %s (stores: %s)\n      --> %s\n      <-- %s"
          .formatted(name(), stores, names(successors), names(predecessors));
    }
  }

  private static final class DescribedSink extends Described implements Sink {
    private final @Nullable String topic;
    private final @Nullable TopicNameExtractor<?, ?> topicNameExtractor;

    DescribedSink(SinkNode node) {
      super(node.name());
      topic = node.topic();
      topicNameExtractor = node.topicNameExtractor();
    }

    @Override
    public @Nullable String topic() {
      return topic;
    }

    @Override
    public @Nullable TopicNameExtractor<?, ?> topicNameExtractor() {
      return topicNameExtractor;
    }

    @Override
    public String toString() {
      String where = topic == null ? "extractor class: " + topicNameExtractor : "topic: " + topic;
      return "Sink: %s (%s)\n      <-- %s".formatted(name(), where, names(predecessors));
    }
  }
}
