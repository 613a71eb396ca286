package io.headwater.broker;

import io.headwater.log.OffsetRange;
import java.util.ArrayList;
import java.util.function.Function;

/** Describes topics. */
final class Describing {
  private Describing() {}

  static TopicDescription describe(
      Topic topic, Function<TopicPartition, ReadablePartition> partitions) {
    var described = new ArrayList<TopicDescription.PartitionDescription>(topic.partitions());
    for (int i = 0; i < topic.partitions(); i++) {
      ReadablePartition partition = partitions.apply(new TopicPartition(topic.name(), i));
      long stableOffset = partition.stableOffset(); // before the end, which it cannot pass
      OffsetRange range = partition.log().range();
      described.add(
          new TopicDescription.PartitionDescription(
              i, range.from(), range.to(), stableOffset, partition.log().sizeBytes()));
    }
    return new TopicDescription(
        topic.name(), topic.internal(), topic.owner(), topic.config(), described);
  }
}
