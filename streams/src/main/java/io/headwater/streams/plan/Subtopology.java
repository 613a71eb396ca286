package io.headwater.streams.plan;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Nodes that are connected, directly or by a store, and so run together: one task for each
 * partition of the topics they read.
 *
 * @param id the number in {@code describe} and in the names of its tasks
 * @param nodes in the order in which they were added, so that parents come before children
 * @param stores those that a node of it is connected to
 */
public record Subtopology(int id, List<Node> nodes, List<StorePlan> stores) {
  public Subtopology {
    nodes = List.copyOf(nodes);
    stores = List.copyOf(stores);
  }

  /** Those that read topics. */
  public List<SourceNode> sources() {
    return nodes.stream().filter(SourceNode.class::isInstance).map(SourceNode.class::cast).toList();
  }

  /** What the sources name, without the application's prefix; patterns are not in it. */
  public Set<String> sourceTopics() {
    var topics = new LinkedHashSet<String>();
    sources().forEach(source -> topics.addAll(source.topics()));
    return topics;
  }

  /** The nodes that get what {@code node} forwards, in the order in which they get it. */
  public List<Node> children(String node) {
    return nodes.stream()
        .flatMap(child -> child.parents().stream().filter(node::equals).map(parent -> child))
        .toList();
  }
}
