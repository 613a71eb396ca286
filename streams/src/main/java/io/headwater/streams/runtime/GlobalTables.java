package io.headwater.streams.runtime;

import io.headwater.broker.OffsetAndMetadata;
import io.headwater.broker.TopicPartition;
import io.headwater.state.StateStore;
import io.headwater.state.StoreContext;
import io.headwater.state.task.TaskStore;
import io.headwater.streams.AppConfig;
import io.headwater.streams.ErrorPolicy;
import io.headwater.streams.errors.StreamsException;
import io.headwater.streams.plan.GlobalStorePlan;
import io.headwater.streams.plan.Plan;
import io.headwater.streams.processor.TaskId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The global stores of an application. Each is filled from the whole of its topic before the first
 * task starts, and kept up to date by one worker's steps afterwards; tasks see what it had at the
 * end of the last step. It is kept on the heap and filled again at each start.
 */
final class GlobalTables {
  private static final int RECORDS_PER_STEP = 1024;

  private final List<Table> tables = new ArrayList<>();
  private final Map<String, StateStore> views = new LinkedHashMap<>();

  /** One global store with the node that fills it. */
  private record Table(
      TaskContext context,
      ProcessorOperator processor,
      TaskStore store,
      List<PartitionInput> inputs) {}

  /** Opens the stores and fills them up to where their topics end now. */
  static GlobalTables open(Worker.Surroundings surroundings, Plan plan, ResolvedTopics topics) {
    var opened = new GlobalTables();
    for (GlobalStorePlan global : plan.globalStores()) {
      opened.add(global, surroundings, plan, topics);
    }
    while (opened.doWork() > 0) {
      // until nothing is left to read
    }
    return opened;
  }

  private void add(
      GlobalStorePlan global, Worker.Surroundings surroundings, Plan plan, ResolvedTopics topics) {
    String applicationId = surroundings.applicationId();
    AppConfig config = surroundings.config();
    var counters = new Counters();
    var context = new TaskContext(applicationId, new TaskId(global.id(), 0), counters);
    context.nowMs(surroundings.clock().millis());
    StateStore store =
        global
            .builder()
            .build(
                StoreContext.builder(global.topic())
                    .memory(surroundings.memory())
                    .recordTimestampMs(context::timestampMs)
                    .build());
    if (!(store instanceof TaskStore taskStore)) {
      throw new StreamsException(
          "global store %s cannot be read by several threads: a global store has to be made by Stores"
              .formatted(global.name()));
    }
    var collector =
        new RecordCollector(
            surroundings.broker(),
            (partition, batch) -> {
              throw new IllegalStateException("a global store writes no topic");
            },
            counters);
    ProcessorOperator processor =
        TaskGraph.processorOperator(
            global.processor(),
            new Operator[0],
            new TaskGraph.Surroundings(
                applicationId,
                plan,
                config,
                context,
                collector,
                Map.of(global.name(), store),
                Map.of()));
    var failures = new RecordFailures(unreadablePolicy(config), collector, counters);
    var inputs = new ArrayList<PartitionInput>();
    String topic = global.topic();
    for (int partition = 0; partition < topics.partitions(topic); partition++) {
      var id = new TopicPartition(topic, partition);
      var input =
          new PartitionInput(
              surroundings.broker(),
              id,
              SourceSpec.of(global.source(), config),
              failures,
              OffsetAndMetadata.of(surroundings.broker().startOffset(id)));
      input.children(new Operator[] {processor});
      inputs.add(input);
    }
    tables.add(new Table(context, processor, taskStore, inputs));
    views.put(global.name(), GlobalStoreView.of(taskStore));
    processor.init();
  }

  /** A record is read again at each start, so it cannot be dead-lettered: it is left out. */
  private static ErrorPolicy unreadablePolicy(AppConfig config) {
    return switch (config.deserializationErrors().outcome()) {
      case STOP -> ErrorPolicy.stop();
      case SKIP, DEAD_LETTER -> ErrorPolicy.skip();
    };
  }

  /** Takes in some of what is new; returns how many records that was. */
  int doWork() {
    int done = 0;
    for (Table table : tables) {
      int processed = 0;
      for (PartitionInput input : table.inputs) {
        while (processed < RECORDS_PER_STEP && input.hasHead()) {
          input.process(table.context);
          processed++;
        }
      }
      if (processed > 0) {
        table.store.flush();
        table.store.commit();
        table.inputs.forEach(PartitionInput::committed);
        done += processed;
      }
    }
    return done;
  }

  /** Forgets what the last step left unfinished. */
  void rollBack() {
    for (Table table : tables) {
      table.store.abort();
      table.inputs.forEach(PartitionInput::rewind);
    }
  }

  /** The stores as tasks see them, by name. */
  Map<String, StateStore> views() {
    return views;
  }

  /** The store of that name, for its committed view; null if there is none. */
  @Nullable TaskStore store(String name) {
    for (Table table : tables) {
      if (table.store.name().equals(name)) {
        return table.store;
      }
    }
    return null;
  }

  void close() {
    for (Table table : tables) {
      table.processor.close();
      table.store.close();
    }
  }
}
