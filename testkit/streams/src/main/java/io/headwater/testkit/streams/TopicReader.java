package io.headwater.testkit.streams;

import io.headwater.broker.Broker;
import io.headwater.broker.FetchedRecords;
import io.headwater.broker.IsolationLevel;
import io.headwater.broker.TopicPartition;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;

/** The committed records of a topic that a test has not read yet. */
final class TopicReader {
  private static final int FETCH_BYTES = 64 * 1024;

  private final Broker broker;
  private final String topic;
  private final long[] nextOffsets;
  private final FetchedRecords records = new FetchedRecords();
  private final Queue<TestRecord<byte[], byte[]>> unread = new ArrayDeque<>();
  private long seenChange = -1;

  TopicReader(Broker broker, String topic) {
    this.broker = broker;
    this.topic = topic;
    nextOffsets = new long[broker.describe(topic).partitions().size()];
  }

  /** What has not been read yet; who reads a record removes it. */
  Queue<TestRecord<byte[], byte[]>> unread() {
    long change = broker.changes();
    if (change != seenChange) {
      seenChange = change;
      for (int partition = 0; partition < nextOffsets.length; partition++) {
        take(partition);
      }
    }
    return unread;
  }

  private void take(int partition) {
    var id = new TopicPartition(topic, partition);
    do {
      broker.fetch(id, nextOffsets[partition], FETCH_BYTES, IsolationLevel.READ_COMMITTED, records);
      while (records.next()) {
        unread.add(
            new TestRecord<>(
                records.key(),
                records.value(),
                records.headers(),
                Instant.ofEpochMilli(records.timestampMs())));
      }
      nextOffsets[partition] = records.nextOffset();
    } while (!records.isEmpty());
  }

  /** Whether anything was ever written to the topic and committed. */
  boolean isWritten() {
    unread();
    for (long nextOffset : nextOffsets) {
      if (nextOffset > 0) {
        return true;
      }
    }
    return false;
  }
}
