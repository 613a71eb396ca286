package io.headwater.broker;

import io.headwater.log.OffsetOutOfRangeException;
import io.headwater.log.storage.Storage;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/**
 * The reading side of a folder of topics: a broker of this process has it, and so has a view of a
 * folder that another process may be writing. Safe for many threads. After {@link #close} every
 * method but it throws {@link IllegalStateException}.
 */
public interface BrokerView extends AutoCloseable {
  /**
   * Opens a folder on this machine's disk for reading only. It takes no lock, changes nothing, and
   * works beside a process that writes the folder. It shows the folder as of the last commit before
   * the opening; {@link ReadOnlyBroker#refresh} shows later ones.
   *
   * @throws BrokerException if it is no Headwater folder, or one of a newer format
   */
  static ReadOnlyBroker openReadOnly(Path folder) {
    return openReadOnly(folder, Storage.disk());
  }

  /** As {@link #openReadOnly(Path)}, on another storage. */
  static ReadOnlyBroker openReadOnly(Path folder, Storage storage) {
    return ReadOnlyBroker.open(folder, storage);
  }

  /** The names of all topics, internal ones too, sorted. */
  Set<String> topics();

  /**
   * Describes a topic.
   *
   * @throws UnknownTopicException if there is none of that name
   */
  TopicDescription describe(String topic);

  /**
   * Reads the records that can be seen from an offset on.
   *
   * @param offset from the start offset to the end offset
   * @param bytesMax how much of the log to look at, in bytes; at least one batch, however large
   * @throws OffsetOutOfRangeException if the log has no such offset
   * @throws UnknownTopicException if there is no such partition
   */
  default FetchedRecords fetch(
      TopicPartition partition, long offset, int bytesMax, IsolationLevel isolation) {
    var records = new FetchedRecords();
    fetch(partition, offset, bytesMax, isolation, records);
    return records;
  }

  /**
   * As {@link #fetch(TopicPartition, long, int, IsolationLevel)}, into records that were fetched
   * before and are not needed any more: their memory is used again.
   */
  void fetch(
      TopicPartition partition,
      long offset,
      int bytesMax,
      IsolationLevel isolation,
      FetchedRecords into);

  /** The offset of the first record of a partition, or its end if it has none. */
  long startOffset(TopicPartition partition);

  /**
   * Where a reader stops: the offset of the next record, or the last stable offset of a
   * read-committed reader.
   */
  default long endOffset(TopicPartition partition, IsolationLevel isolation) {
    return endOffsets(Set.of(partition), isolation).getOrDefault(partition, 0L);
  }

  /**
   * Where a reader stops, in several partitions at one moment: of each commit the read-committed
   * ends cover all or nothing. Only where another producer's transaction is open in one of its
   * partitions, and began before it, that partition's part comes into sight when that one ends.
   */
  Map<TopicPartition, Long> endOffsets(
      Collection<TopicPartition> partitions, IsolationLevel isolation);

  /**
   * The offset of the first record whose timestamp is at or after a time, or the end of the log if
   * there is none. Records that cannot be seen count too.
   *
   * @param timestampMs milliseconds since 1970
   */
  long offsetForTime(TopicPartition partition, long timestampMs);

  /** The offsets that a group has committed; empty if it has none. All of one commit or nothing. */
  Map<TopicPartition, OffsetAndMetadata> committedOffsets(String group);

  /** The groups that have committed offsets, sorted. */
  Set<String> groups();

  /**
   * The bytes of a part of a segment: for stores that remember where a record is.
   *
   * @param segmentBase the first offset of the segment
   * @param position of the first byte in the segment's file
   * @param length in bytes
   */
  byte[] readAt(TopicPartition partition, long segmentBase, int position, int length);

  /** Closes it. Harmless if repeated. */
  @Override
  void close();
}
