package io.headwater.streams.plan;

import io.headwater.serde.Serde;
import io.headwater.serde.Serdes;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A whole topology.
 *
 * @param subtopologies by ascending id; ids that are missing are those of global stores
 * @param globalStores by ascending id
 * @param repartitionTopics by name
 * @param copartitionGroups topics, without the application's prefix, that must have the same number
 *     of partitions because records of the same key in them meet; groups do not overlap
 * @param operations the DSL's calls, in order; empty if the topology was put together by hand
 */
public record Plan(
    List<Subtopology> subtopologies,
    List<GlobalStorePlan> globalStores,
    Map<String, RepartitionTopic> repartitionTopics,
    List<Set<String>> copartitionGroups,
    List<Operation> operations) {
  public Plan {
    subtopologies = List.copyOf(subtopologies);
    globalStores = List.copyOf(globalStores);
    repartitionTopics = Collections.unmodifiableMap(new LinkedHashMap<>(repartitionTopics));
    copartitionGroups = copartitionGroups.stream().map(Set::copyOf).toList();
    operations = List.copyOf(operations);
  }

  /** The topic's name in the broker: internal ones start with the application's id. */
  public String topicName(String applicationId, String topic) {
    return repartitionTopics.containsKey(topic) ? applicationId + "-" + topic : topic;
  }

  /**
   * This plan with the application's default serdes where a store, or a serde made of another one,
   * has none of its own; null stands for {@code byte[]} as it is. Sources and sinks without serdes
   * stay as they are. A runtime compiles nothing else.
   */
  public Plan withDefaults(@Nullable Serde<?> keySerde, @Nullable Serde<?> valueSerde) {
    return new DefaultedPlan(
            keySerde == null ? Serdes.ByteArray() : keySerde,
            valueSerde == null ? Serdes.ByteArray() : valueSerde)
        .of(this);
  }

  /** The stores of all sub-topologies. */
  public Stream<StorePlan> stores() {
    return subtopologies.stream().flatMap(subtopology -> subtopology.stores().stream());
  }
}
