package io.headwater.streams.runtime;

import io.headwater.broker.Broker;
import io.headwater.broker.FetchedRecords;
import io.headwater.broker.IsolationLevel;
import io.headwater.broker.OffsetAndMetadata;
import io.headwater.broker.TopicPartition;
import io.headwater.serde.Headers;
import io.headwater.streams.processor.ConsumedRecord;
import io.headwater.streams.processor.FailOnInvalidTimestamp;
import io.headwater.streams.processor.Record;
import io.headwater.streams.processor.TimestampExtractor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One partition that a task reads: goes over its committed records in offset order and holds the
 * next one, the head, ready to be compared with the heads of the task's other inputs. A record that
 * is not to be processed never becomes the head: it is set aside on the way.
 *
 * <p>What is consumed since the last commit is taken back by {@link #rewind}. For the task's thread
 * only.
 */
final class PartitionInput {
  /** How many bytes one look into the log brings. */
  private static final int FETCH_BYTES = 256 * 1024;

  private static final long NONE = -1;

  private final Broker broker;
  private final TopicPartition partition;
  private final SourceSpec source;
  private final RecordFailures failures;

  /** Whether a record's time is just what the log has, so that nobody needs to be asked. */
  private final boolean logTime;

  /** The nodes that get what is read. */
  private Operator[] children = {};

  private final FetchedRecords fetched = new FetchedRecords();

  /** Whether {@link #fetched} may have more; else the next look begins at {@link #fetchOffset}. */
  private boolean fetchedOpen;

  private long fetchOffset;
  private long emptyAtChange = NONE;

  private boolean headReady;
  private @Nullable Object headKey;
  private @Nullable Object headValue;
  private Headers headHeaders = Headers.EMPTY;
  private long headTimestampMs;
  private long headOffset;

  private long nextOffset;
  private long committedOffset;
  private long partitionTimeMs;
  private long committedTimeMs;

  /** The next record that has failed for good, or {@link #NONE}. */
  private long givenUpOffset = NONE;

  /**
   * @param start where to begin, with the partition's time as {@link PartitionTime} writes it
   */
  PartitionInput(
      Broker broker,
      TopicPartition partition,
      SourceSpec source,
      RecordFailures failures,
      OffsetAndMetadata start) {
    this.broker = broker;
    this.partition = partition;
    this.source = source;
    this.failures = failures;
    logTime = source.timestampExtractor() instanceof FailOnInvalidTimestamp;
    committedOffset = start.offset();
    committedTimeMs = PartitionTime.decode(start.metadata()).timeMs();
    rewind();
  }

  TopicPartition partition() {
    return partition;
  }

  /** The name of the source of the plan that this is a part of. */
  String sourceName() {
    return source.name();
  }

  /** Says which nodes get what is read from now on. */
  void children(Operator[] children) {
    this.children = children;
  }

  /** Whether there is a next record; fetches and reads it if need be. */
  boolean hasHead() {
    return headReady || readHead();
  }

  /** The offset of the next record, or of the one that is being processed. */
  long headOffset() {
    return headOffset;
  }

  /** The time of the next record; only if there is one. */
  long headTimestampMs() {
    return headTimestampMs;
  }

  /** Lets the next record go through the task's graph. */
  void process(TaskContext task) {
    long timestampMs = headTimestampMs;
    task.enter(this, timestampMs);
    var record = record();
    if (timestampMs > partitionTimeMs) {
      partitionTimeMs = timestampMs;
    }
    headReady = false;
    for (Operator child : children) {
      child.process(record);
    }
    nextOffset = headOffset + 1;
  }

  @SuppressWarnings("NullAway") // Record takes null keys and values
  private Record<Object, Object> record() {
    return new Record<>(headKey, headValue, headTimestampMs, headHeaders);
  }

  private boolean readHead() {
    FetchedRecords records = fetched;
    while (true) {
      if (!fetchedOpen || !records.next()) {
        if (!fetch()) {
          return false;
        }
      } else if (records.offset() == givenUpOffset) {
        failures.setAside(partition, records);
        givenUpOffset = failures.nextGivenUp(partition, givenUpOffset + 1);
        nextOffset = records.offset() + 1;
      } else if (read(records)) {
        return true;
      } else {
        nextOffset = records.offset() + 1;
      }
    }
  }

  /** Looks into the log where the last look ended, unless nothing has become visible since. */
  private boolean fetch() {
    if (fetchedOpen) {
      fetchOffset = fetched.nextOffset();
      fetchedOpen = false;
    }
    long change = broker.changes();
    if (change == emptyAtChange) {
      return false;
    }
    broker.fetch(partition, fetchOffset, FETCH_BYTES, IsolationLevel.READ_COMMITTED, fetched);
    if (fetched.isEmpty()) {
      fetchOffset = fetched.nextOffset();
      emptyAtChange = change;
      return false;
    }
    fetchedOpen = true;
    return true;
  }

  /** Makes the record the head, or sets it aside and answers false. */
  private boolean read(FetchedRecords records) {
    Object key;
    Object value;
    Headers headers;
    long timestampMs;
    try {
      headers = records.headers();
      key = source.keyDeserializer().deserialize(partition.topic(), headers, records.key());
      value = source.valueDeserializer().deserialize(partition.topic(), headers, records.value());
      timestampMs = records.timestampMs();
      if (!logTime || timestampMs < 0) {
        timestampMs = extractedTime(records, key, value, headers);
      }
    } catch (RuntimeException e) {
      failures.unreadable(partition, records, source.name(), e);
      return false;
    }
    if (timestampMs < 0) {
      failures.withoutTime(partition, records.offset(), source.timestampExtractor());
      return false;
    }
    headKey = key;
    headValue = value;
    headHeaders = headers;
    headTimestampMs = timestampMs;
    headOffset = records.offset();
    headReady = true;
    return true;
  }

  private long extractedTime(
      FetchedRecords records, @Nullable Object key, @Nullable Object value, Headers headers) {
    TimestampExtractor extractor = source.timestampExtractor();
    var consumed =
        new ConsumedRecord<>(
            partition.topic(),
            partition.partition(),
            records.offset(),
            records.timestampMs(),
            key,
            value,
            headers);
    return extractor.extract(consumed, partitionTimeMs);
  }

  /** Whether something was consumed since the last commit. */
  boolean moved() {
    return nextOffset != committedOffset;
  }

  /** The position to commit, with the times of the task's nodes. */
  OffsetAndMetadata position(Map<String, Long> nodeTimesMs) {
    return new OffsetAndMetadata(
        nextOffset, new PartitionTime(partitionTimeMs, nodeTimesMs).encode());
  }

  /** The position has been committed. */
  void committed() {
    if (moved()) {
      committedOffset = nextOffset;
      committedTimeMs = partitionTimeMs;
      failures.forgetBefore(partition, committedOffset);
    }
  }

  /** The highest time that was read up to the last commit, or {@link PartitionTime#UNKNOWN}. */
  long committedTimeMs() {
    return committedTimeMs;
  }

  /** Goes back to the last commit. */
  void rewind() {
    nextOffset = committedOffset;
    fetchOffset = committedOffset;
    partitionTimeMs = committedTimeMs;
    fetchedOpen = false;
    emptyAtChange = NONE;
    headReady = false;
    headKey = null;
    headValue = null;
    givenUpOffset = failures.nextGivenUp(partition, committedOffset);
  }
}
