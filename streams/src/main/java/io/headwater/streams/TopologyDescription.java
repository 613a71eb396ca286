package io.headwater.streams;

import io.headwater.streams.plan.Plan;
import io.headwater.streams.processor.TopicNameExtractor;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A topology to be shown: its {@code toString} is the text that Kafka Streams has for it. */
public interface TopologyDescription {
  /** Nodes that run together, one task for each partition of the topics they read. */
  interface Subtopology {
    int id();

    /** The node from which most others can be reached comes first. */
    Set<Node> nodes();
  }

  /** A store that holds all partitions of a topic, with the two nodes that fill it. */
  interface GlobalStore {
    Source source();

    Processor processor();

    int id();
  }

  /** One node. */
  interface Node {
    String name();

    Set<Node> predecessors();

    Set<Node> successors();
  }

  /** A node that reads topics. */
  interface Source extends Node {
    /** The topics, or null if the node reads those that match a pattern. */
    @Nullable Set<String> topicSet();

    /** The pattern, or null if the node names its topics. */
    @Nullable Pattern topicPattern();
  }

  /** A node that processes records. */
  interface Processor extends Node {
    Set<String> stores();
  }

  /** A node that writes to topics. */
  interface Sink extends Node {
    /** The topic, or null if it is chosen record by record. */
    @Nullable String topic();

    /** What chooses the topic, or null if the node names it. */
    @Nullable TopicNameExtractor<?, ?> topicNameExtractor();
  }

  /** By ascending id. */
  Set<Subtopology> subtopologies();

  /** By ascending id. */
  Set<GlobalStore> globalStores();

  /** What there is to show of the plan. */
  static TopologyDescription of(Plan plan) {
    return PlanDescription.of(plan);
  }
}
