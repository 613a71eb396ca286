package io.headwater.streams.processor;

import java.util.Optional;
import java.util.Set;

/** Chooses the partition of each record that a sink writes. */
@FunctionalInterface
public interface StreamPartitioner<K, V> {
  /**
   * The partitions that get a copy of the record. Absent: the default, by the hash of the key's
   * bytes ({@link io.headwater.broker.DefaultPartitioner}). An empty set: none, the record is
   * dropped.
   *
   * @param numPartitions how many the topic has; they are numbered from 0
   */
  Optional<Set<Integer>> partitions(String topic, K key, V value, int numPartitions);
}
