package io.headwater.broker;

import io.headwater.broker.TopicDescription.PartitionDescription;
import io.headwater.log.OffsetRange;
import java.util.ArrayList;
import java.util.function.Function;

/** Describes topics. */
final class Describing {
  private Describing() {}

  static TopicDescription describe(
      Topic topic, Function<TopicPartition, PartitionDescription> partitions) {
    var described = new ArrayList<PartitionDescription>(topic.partitions());
    for (int i = 0; i < topic.partitions(); i++) {
      described.add(partitions.apply(new TopicPartition(topic.name(), i)));
    }
    return new TopicDescription(
        topic.name(), topic.internal(), topic.owner(), topic.config(), described);
  }

  static PartitionDescription describe(ReadablePartition partition) {
    long stableOffset = partition.stableOffset(); // before the end, which it cannot pass
    OffsetRange range = partition.log().range();
    return new PartitionDescription(
        partition.id().partition(),
        range.from(),
        range.to(),
        stableOffset,
        partition.log().sizeBytes());
  }
}
