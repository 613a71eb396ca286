package io.headwater.streams.runtime;

import io.headwater.broker.OffsetAndMetadata;
import io.headwater.broker.TopicPartition;
import io.headwater.streams.plan.Subtopology;
import io.headwater.streams.processor.TaskId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One sub-topology over one partition of its input. Takes the records of its inputs in the order of
 * their timestamps, as far as they are there, and lets each go through the graph to the end before
 * it takes the next. For one thread at a time.
 */
final class Task {
  private static final Logger log = LoggerFactory.getLogger(Task.class);

  private final TaskContext context;
  private final Subtopology subtopology;
  private final TaskGraph.Surroundings surroundings;
  private final TaskStores stores;
  private final PartitionInput[] inputs;
  private final Counters counters;
  private TaskGraph graph;

  /** The times of nodes at the last commit, by the nodes' names. */
  private Map<String, Long> nodeTimesCommittedMs;

  /**
   * A task whose stores are open and whose inputs stand at the last commit.
   *
   * @param nodeTimesMs where the last commit left the nodes' times
   */
  Task(
      Subtopology subtopology,
      TaskGraph.Surroundings surroundings,
      TaskStores stores,
      List<PartitionInput> inputs,
      Map<String, Long> nodeTimesMs) {
    this.subtopology = subtopology;
    this.surroundings = surroundings;
    this.stores = stores;
    this.inputs = inputs.toArray(PartitionInput[]::new);
    nodeTimesCommittedMs = nodeTimesMs;
    context = surroundings.task();
    counters = surroundings.collector().counters();
    graph = TaskGraph.compile(subtopology, surroundings);
  }

  TaskId id() {
    return context.id();
  }

  TaskContext context() {
    return context;
  }

  TaskStores stores() {
    return stores;
  }

  /** Makes the task ready for its first record since a commit. */
  void init(long nowMs) {
    long streamTimeMs = PartitionTime.UNKNOWN;
    for (PartitionInput input : inputs) {
      streamTimeMs = Math.max(streamTimeMs, input.committedTimeMs());
      input.children(graph.childrenOfSource(input.sourceName()));
    }
    context.reset(streamTimeMs, nodeTimesCommittedMs);
    context.nowMs(nowMs);
    graph.init();
  }

  /**
   * Processes up to that many records and fires what is due by either clock; stops early where a
   * processor asks for a commit. Returns how much it did, 0 for nothing.
   */
  int doWork(long nowMs, int recordsMax) {
    context.nowMs(nowMs);
    int done = 0;
    PartitionInput input;
    while (done < recordsMax && !context.commitRequested() && (input = nextInput()) != null) {
      input.process(context);
      counters.processed();
      done++;
      if (context.streamTimeMs() >= context.streamTimePunctuations().nextMs()) {
        done += punctuate(context.streamTimePunctuations(), context.streamTimeMs());
      }
    }
    if (nowMs >= context.wallClockPunctuations().nextMs()) {
      done += punctuate(context.wallClockPunctuations(), nowMs);
    }
    return done;
  }

  /** The input whose next record is the oldest, or null if no input has one. */
  private @Nullable PartitionInput nextInput() {
    if (inputs.length == 1) {
      return inputs[0].hasHead() ? inputs[0] : null;
    }
    PartitionInput oldest = null;
    for (PartitionInput input : inputs) {
      if (input.hasHead()
          && (oldest == null || input.headTimestampMs() < oldest.headTimestampMs())) {
        oldest = input;
      }
    }
    return oldest;
  }

  private int punctuate(Punctuations punctuations, long timestampMs) {
    context.leave(Math.max(timestampMs, 0));
    return punctuations.fire(timestampMs);
  }

  /** When a wall-clock schedule is due next, or {@link Punctuations#NEVER}. */
  long nextWallClockMs() {
    return context.wallClockPunctuations().nextMs();
  }

  /** Writes out what the stores hold back; they forward what has changed. */
  void flush() {
    context.leave(Math.max(context.streamTimeMs(), 0));
    stores.flush();
  }

  /**
   * Adds the positions that have moved since the last commit, and one that has not where only the
   * time of a node has: what a punctuation forwards moves no input.
   */
  void addPositions(Map<TopicPartition, OffsetAndMetadata> positions) {
    Map<String, Long> nodeTimesMs = context.nodeTimesMs();
    boolean kept = nodeTimesMs.equals(nodeTimesCommittedMs);
    for (PartitionInput input : inputs) {
      if (input.moved()) {
        positions.put(input.partition(), input.position(nodeTimesMs));
        kept = true;
      }
    }
    if (!kept) {
      positions.put(inputs[0].partition(), inputs[0].position(nodeTimesMs));
    }
  }

  /** The transaction has committed. */
  void committed() {
    stores.commit();
    for (PartitionInput input : inputs) {
      input.committed();
    }
    nodeTimesCommittedMs = context.nodeTimesMs();
    context.commitDone();
  }

  /** The transaction was aborted: goes back to the last commit; {@link #init} comes next. */
  void rollBack() {
    closeProcessors();
    stores.abort();
    rewind();
    graph = TaskGraph.compile(subtopology, surroundings);
  }

  /** Lets the inputs go on after the last commit. */
  void rewind() {
    for (PartitionInput input : inputs) {
      input.rewind();
    }
  }

  private void closeProcessors() {
    try {
      graph.close();
    } catch (RuntimeException e) {
      log.warn("task {}: a processor failed to close", id(), e);
    }
  }

  /** Ends the task; what is not committed is forgotten. */
  void close() {
    closeProcessors();
    stores.close();
  }
}
