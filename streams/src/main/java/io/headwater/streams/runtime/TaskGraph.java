package io.headwater.streams.runtime;

import io.headwater.state.StateStore;
import io.headwater.streams.AppConfig;
import io.headwater.streams.plan.Node;
import io.headwater.streams.plan.Plan;
import io.headwater.streams.plan.ProcessorNode;
import io.headwater.streams.plan.SinkNode;
import io.headwater.streams.plan.SourceNode;
import io.headwater.streams.plan.Subtopology;
import io.headwater.streams.processor.Processor;
import io.headwater.streams.processor.TopicNameExtractor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The nodes of one task, compiled: objects that call each other. Made anew after every abort, so
 * that no processor remembers what was taken back.
 */
final class TaskGraph {
  private final List<ProcessorOperator> processors;
  private final Map<String, Operator[]> childrenOfSources;

  private TaskGraph(List<ProcessorOperator> processors, Map<String, Operator[]> childrenOfSources) {
    this.processors = processors;
    this.childrenOfSources = childrenOfSources;
  }

  /** What the nodes of a task are compiled against. */
  record Surroundings(
      String applicationId,
      Plan plan,
      AppConfig config,
      TaskContext task,
      RecordCollector collector,
      Map<String, StateStore> stores,
      Map<String, StateStore> globalStores) {}

  /** Compiles the nodes; none is initialized yet. */
  static TaskGraph compile(Subtopology subtopology, Surroundings surroundings) {
    var operators = new HashMap<String, Operator>();
    var processors = new ArrayList<ProcessorOperator>();
    var childrenOfSources = new HashMap<String, Operator[]>();
    List<Node> nodes = subtopology.nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      Operator[] children =
          subtopology.children(node.name()).stream()
              .map(child -> Objects.requireNonNull(operators.get(child.name())))
              .toArray(Operator[]::new);
      if (node instanceof SourceNode) {
        childrenOfSources.put(node.name(), children);
      } else if (node instanceof SinkNode sink) {
        operators.put(node.name(), sinkOperator(sink, surroundings));
      } else if (node instanceof ProcessorNode processor) {
        ProcessorOperator operator = processorOperator(processor, children, surroundings);
        operators.put(node.name(), operator);
        processors.add(0, operator);
      }
    }
    return new TaskGraph(processors, childrenOfSources);
  }

  @SuppressWarnings("unchecked") // the topology's types say what the processor takes and forwards
  static ProcessorOperator processorOperator(
      ProcessorNode node, Operator[] children, Surroundings surroundings) {
    var stores = new LinkedHashMap<>(surroundings.globalStores());
    for (String store : node.stores()) {
      stores.put(store, Objects.requireNonNull(surroundings.stores().get(store)));
    }
    return new ProcessorOperator(
        node.name(),
        surroundings.task(),
        (Processor<Object, Object, Object, Object>) node.supplier().get(),
        children,
        stores);
  }

  @SuppressWarnings("unchecked") // the topology's types say what the sink takes
  private static SinkOperator sinkOperator(SinkNode sink, Surroundings surroundings) {
    var keySerializer = DefaultSerdes.keySerializer(sink.keySerializer(), surroundings.config());
    var valueSerializer =
        DefaultSerdes.valueSerializer(sink.valueSerializer(), surroundings.config());
    RecordCollector collector = surroundings.collector();
    if (sink.topic() != null) {
      String topic = surroundings.plan().topicName(surroundings.applicationId(), sink.topic());
      return SinkOperator.toTopic(
          sink, collector.writer(topic), collector.counters(), keySerializer, valueSerializer);
    }
    return SinkOperator.toChosenTopics(
        sink,
        (TopicNameExtractor<Object, Object>) Objects.requireNonNull(sink.topicNameExtractor()),
        surroundings.task(),
        collector,
        keySerializer,
        valueSerializer);
  }

  /** The nodes that get what that source reads. */
  Operator[] childrenOfSource(String source) {
    return Objects.requireNonNull(childrenOfSources.get(source));
  }

  /** Initializes the processors, parents before children. */
  void init() {
    processors.forEach(ProcessorOperator::init);
  }

  /** Closes every processor, also if some fail at it; throws what the first one threw. */
  void close() {
    RuntimeException failure = null;
    for (ProcessorOperator processor : processors) {
      try {
        processor.close();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
