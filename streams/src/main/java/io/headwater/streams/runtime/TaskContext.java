package io.headwater.streams.runtime;

import io.headwater.serde.Headers;
import io.headwater.streams.operator.ObservedTime;
import io.headwater.streams.processor.PunctuationType;
import io.headwater.streams.processor.RecordContext;
import io.headwater.streams.processor.RecordMetadata;
import io.headwater.streams.processor.SkipReason;
import io.headwater.streams.processor.TaskId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the nodes of one task share: the record in hand, the task's times and its schedules. For the
 * task's thread only.
 */
final class TaskContext {
  private static final Logger log = LoggerFactory.getLogger(TaskContext.class);

  private final String applicationId;
  private final TaskId id;
  private final Counters counters;
  private Punctuations streamTimePunctuations = new Punctuations();
  private Punctuations wallClockPunctuations = new Punctuations();
  private long streamTimeMs = PartitionTime.UNKNOWN;
  private Map<String, Long> nodeTimesCommittedMs = Map.of();
  private final Map<String, ObservedTime> nodeTimes = new HashMap<>();
  private long nowMs;
  private boolean commitRequested;

  private @Nullable PartitionInput input;
  private long timestampMs;

  TaskContext(String applicationId, TaskId id, Counters counters) {
    this.applicationId = applicationId;
    this.id = id;
    this.counters = counters;
  }

  String applicationId() {
    return applicationId;
  }

  TaskId id() {
    return id;
  }

  /** Takes a record in hand, and moves stream time up to it. */
  void enter(PartitionInput input, long timestampMs) {
    this.input = input;
    this.timestampMs = timestampMs;
    if (timestampMs > streamTimeMs) {
      streamTimeMs = timestampMs;
    }
  }

  /** No record is in hand from here on; what is done is done at that time. */
  void leave(long timestampMs) {
    input = null;
    this.timestampMs = timestampMs;
  }

  /** The input of the record in hand, or null if there is none. */
  @Nullable PartitionInput input() {
    return input;
  }

  /** The time of the record in hand, or of the punctuation or commit that is going on. */
  long timestampMs() {
    return timestampMs;
  }

  Optional<RecordMetadata> recordMetadata() {
    PartitionInput current = input;
    return current == null
        ? Optional.empty()
        : Optional.of(
            new RecordMetadata(
                current.partition().topic(),
                current.partition().partition(),
                current.headOffset()));
  }

  /** What surrounds a record of that time on its way to a topic. */
  RecordContext recordContext(long recordTimestampMs, Headers recordHeaders) {
    PartitionInput current = input;
    return current == null
        ? new RecordContext(-1, recordTimestampMs, null, -1, recordHeaders)
        : new RecordContext(
            current.headOffset(),
            recordTimestampMs,
            current.partition().topic(),
            current.partition().partition(),
            recordHeaders);
  }

  long streamTimeMs() {
    return streamTimeMs;
  }

  long nowMs() {
    return nowMs;
  }

  void nowMs(long nowMs) {
    this.nowMs = nowMs;
  }

  Punctuations punctuations(PunctuationType type) {
    return switch (type) {
      case STREAM_TIME -> streamTimePunctuations;
      case WALL_CLOCK_TIME -> wallClockPunctuations;
    };
  }

  Punctuations streamTimePunctuations() {
    return streamTimePunctuations;
  }

  Punctuations wallClockPunctuations() {
    return wallClockPunctuations;
  }

  /** The time of that node, which goes on where the last commit left it. */
  ObservedTime observedTime(String node) {
    return nodeTimes.computeIfAbsent(
        node,
        name -> new ObservedTime(nodeTimesCommittedMs.getOrDefault(name, PartitionTime.UNKNOWN)));
  }

  /** The times of the nodes that have observed one, by the nodes' names. */
  Map<String, Long> nodeTimesMs() {
    var timesMs = new HashMap<String, Long>();
    nodeTimes.forEach(
        (node, time) -> {
          if (time.timeMs() != PartitionTime.UNKNOWN) {
            timesMs.put(node, time.timeMs());
          }
        });
    return timesMs;
  }

  /** Back to where the task stood at a commit: no schedules, no record, those times. */
  void reset(long streamTimeMs, Map<String, Long> nodeTimesMs) {
    this.streamTimeMs = streamTimeMs;
    nodeTimesCommittedMs = nodeTimesMs;
    nodeTimes.clear();
    streamTimePunctuations = new Punctuations();
    wallClockPunctuations = new Punctuations();
    commitRequested = false;
    leave(Math.max(streamTimeMs, 0));
  }

  void requestCommit() {
    commitRequested = true;
  }

  /** Whether a processor has asked for a commit since the last one. */
  boolean commitRequested() {
    return commitRequested;
  }

  void commitDone() {
    commitRequested = false;
  }

  void countSkipped(String node, SkipReason reason) {
    counters.dropped();
    log.debug("task {} dropped a record at node {}: {}", id, node, reason);
  }
}
