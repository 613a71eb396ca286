package io.headwater.broker;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A topic as it is now.
 *
 * @param internal kept by the broker for itself; only it writes there
 * @param owner the application that keeps the topic for itself, see {@link Broker#claimTopics};
 *     null if none does
 * @param partitions by number, from 0
 */
public record TopicDescription(
    String name,
    boolean internal,
    @Nullable String owner,
    TopicConfig config,
    List<PartitionDescription> partitions) {
  public TopicDescription {
    partitions = List.copyOf(partitions);
  }

  /**
   * A partition as it is now.
   *
   * @param startOffset of the first record that can be read
   * @param endOffset the offset the next record will get
   * @param lastStableOffset where a read-committed reader stops
   * @param sizeBytes of its batches on disk
   */
  public record PartitionDescription(
      int partition, long startOffset, long endOffset, long lastStableOffset, long sizeBytes) {}
}
