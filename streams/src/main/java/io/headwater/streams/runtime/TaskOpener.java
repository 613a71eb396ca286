package io.headwater.streams.runtime;

import io.headwater.broker.Broker;
import io.headwater.broker.IsolationLevel;
import io.headwater.broker.OffsetAndMetadata;
import io.headwater.broker.TopicPartition;
import io.headwater.state.StateStore;
import io.headwater.state.StoreContext;
import io.headwater.state.bytes.StoreException;
import io.headwater.state.bytes.TopicChangelog;
import io.headwater.streams.AutoOffsetReset;
import io.headwater.streams.errors.StreamsException;
import io.headwater.streams.plan.Plan;
import io.headwater.streams.plan.SourceNode;
import io.headwater.streams.plan.StorePlan;
import io.headwater.streams.plan.Subtopology;
import io.headwater.streams.processor.TaskId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens tasks: their stores restored, their inputs where the last commit left them. */
final class TaskOpener {
  private static final Logger log = LoggerFactory.getLogger(TaskOpener.class);

  private final Worker.Surroundings surroundings;
  private final RunningTopology.Home home;
  private final Plan plan;
  private final ResolvedTopics topics;
  private final Map<String, StateStore> globalStores;
  private final Map<TopicPartition, OffsetAndMetadata> positions;

  /**
   * @param positions what the application has committed
   */
  TaskOpener(
      Worker.Surroundings surroundings,
      RunningTopology.Home home,
      Plan plan,
      ResolvedTopics topics,
      Map<String, StateStore> globalStores,
      Map<TopicPartition, OffsetAndMetadata> positions) {
    this.surroundings = surroundings;
    this.home = home;
    this.plan = plan;
    this.topics = topics;
    this.globalStores = globalStores;
    this.positions = positions;
  }

  /** The tasks of the topology, in order. */
  List<TaskId> ids() {
    var ids = new ArrayList<TaskId>();
    for (Subtopology subtopology : plan.subtopologies()) {
      for (int partition = 0; partition < topics.tasks(subtopology); partition++) {
        ids.add(new TaskId(subtopology.id(), partition));
      }
    }
    return ids;
  }

  /** Opens a task of a worker, which has the other three. */
  Task open(
      TaskId id, Transaction transaction, RecordCollector collector, RecordFailures failures) {
    Subtopology subtopology =
        plan.subtopologies().stream()
            .filter(candidate -> candidate.id() == id.subtopology())
            .findFirst()
            .orElseThrow();
    var context = new TaskContext(surroundings.applicationId(), id, collector.counters());
    context.nowMs(surroundings.clock().millis());
    var inputs = new ArrayList<PartitionInput>();
    var nodeTimesMs = new HashMap<String, Long>();
    for (SourceNode source : subtopology.sources()) {
      SourceSpec spec = SourceSpec.of(source, surroundings.config());
      for (TopicPartition partition : topics.inputs(source, id.partition())) {
        OffsetAndMetadata start = start(partition, spec);
        inputs.add(new PartitionInput(home.broker(), partition, spec, failures, start));
        PartitionTime.decode(start.metadata())
            .nodeTimesMs()
            .forEach((node, timeMs) -> nodeTimesMs.merge(node, timeMs, Math::max));
      }
    }
    TaskStores stores = openStores(subtopology, id, context, transaction);
    return new Task(
        subtopology,
        new TaskGraph.Surroundings(
            surroundings.applicationId(),
            plan,
            surroundings.config(),
            context,
            collector,
            stores.byName(),
            globalStores),
        stores,
        inputs,
        nodeTimesMs);
  }

  private TaskStores openStores(
      Subtopology subtopology, TaskId id, TaskContext context, Transaction transaction) {
    var stores = new TaskStores();
    try {
      for (StorePlan store : subtopology.stores()) {
        stores.add(openStore(store, id, context, transaction));
      }
    } catch (RuntimeException e) {
      stores.close();
      throw e;
    }
    return stores;
  }

  private StateStore openStore(
      StorePlan store, TaskId id, TaskContext context, Transaction transaction) {
    try {
      return store.builder().build(storeContext(store, id, context, transaction));
    } catch (StoreException e) {
      throw new StreamsException(
          "application %s cannot open store %s of task %s: %s"
              .formatted(surroundings.applicationId(), store.name(), id, e.getMessage()),
          e);
    }
  }

  private StoreContext storeContext(
      StorePlan store, TaskId id, TaskContext context, Transaction transaction) {
    String topic = store.changelogTopic(surroundings.applicationId());
    var storeContext =
        StoreContext.builder(topic)
            .memory(surroundings.memory())
            .recordTimestampMs(context::timestampMs);
    if (store.builder().loggingEnabled()) {
      storeContext.changelog(
          new TopicChangelog(
              home.broker(),
              new TopicPartition(topic, id.partition()),
              transaction::append,
              home.broker()::sync));
    }
    if (home.folder() != null) {
      storeContext.folder(
          home.storage(),
          home.folder()
              .resolve("apps")
              .resolve(surroundings.applicationId())
              .resolve(store.name())
              .resolve(Integer.toString(id.partition())));
    }
    return storeContext.build();
  }

  /** Where to begin to read: after the last commit, or where the source says if there is none. */
  private OffsetAndMetadata start(TopicPartition partition, SourceSpec source) {
    Broker broker = home.broker();
    OffsetAndMetadata committed = positions.get(partition);
    if (committed == null) {
      return OffsetAndMetadata.of(reset(partition, source));
    }
    long startOffset = broker.startOffset(partition);
    if (committed.offset() < startOffset) {
      log.warn(
          "{}: records from offset {} to {} were removed before application {} read them",
          partition,
          committed.offset(),
          startOffset,
          surroundings.applicationId());
      return new OffsetAndMetadata(startOffset, committed.metadata());
    }
    return committed;
  }

  private long reset(TopicPartition partition, SourceSpec source) {
    Broker broker = home.broker();
    AutoOffsetReset reset = source.offsetReset();
    return switch (reset.strategy()) {
      case EARLIEST -> broker.startOffset(partition);
      case LATEST -> end(partition);
      case NONE ->
          throw new StreamsException(
              "application %s has no committed offset in %s, and its source %s is not to start without one"
                  .formatted(surroundings.applicationId(), partition, source.name()));
      case BY_DURATION -> {
        long sinceMs =
            surroundings
                .clock()
                .instant()
                .minus(Objects.requireNonNull(reset.duration()))
                .toEpochMilli();
        yield Math.min(broker.offsetForTime(partition, sinceMs), end(partition));
      }
    };
  }

  private long end(TopicPartition partition) {
    return home.broker().endOffset(partition, IsolationLevel.READ_COMMITTED);
  }
}
