package io.headwater.broker;

import java.util.Comparator;

/**
 * One partition of a topic, or, as an input position, of a source that is no topic: the lines of a
 * file are {@code new TopicPartition("flights.jsonl", 0)}.
 *
 * @param partition counted from 0
 */
public record TopicPartition(String topic, int partition) implements Comparable<TopicPartition> {
  private static final Comparator<TopicPartition> ORDER =
      Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

  public TopicPartition {
    if (topic.isEmpty()) {
      throw new IllegalArgumentException("a topic's name cannot be empty");
    }
    if (partition < 0) {
      throw new IllegalArgumentException(
          "partitions of %s count from 0, was %d".formatted(topic, partition));
    }
  }

  /** By name, then by number. */
  @Override
  public int compareTo(TopicPartition other) {
    return ORDER.compare(this, other);
  }

  /** As the partition's folder is named: {@code orders-0}. */
  @Override
  public String toString() {
    return topic + "-" + partition;
  }
}
