package io.headwater.streams.runtime;

import io.headwater.broker.Broker;
import io.headwater.log.storage.Storage;
import io.headwater.state.MemoryBudget;
import io.headwater.state.StateStore;
import io.headwater.state.task.TaskStore;
import io.headwater.streams.AppConfig;
import io.headwater.streams.AppMetrics;
import io.headwater.streams.errors.StreamsException;
import io.headwater.streams.plan.Plan;
import io.headwater.streams.plan.StorePlan;
import io.headwater.streams.processor.TaskId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A topology that has been given a broker: its topics checked and made, its stores open, its tasks
 * spread over workers that stand before their next record. It does nothing by itself: threads or a
 * test drive the {@link #workers}, each from one thread at a time.
 */
public final class RunningTopology {
  private static final Logger log = LoggerFactory.getLogger(RunningTopology.class);

  private final Broker broker;
  private final Plan plan;
  private final GlobalTables globalTables;
  private final List<Worker> workers;

  /**
   * Where a topology runs.
   *
   * @param folder the data folder, or null if everything is in memory
   */
  public record Home(Broker broker, InstantSource clock, Storage storage, @Nullable Path folder) {}

  /**
   * How it runs, where a test may want other than an application.
   *
   * @param workers how many share the tasks at most
   * @param recordsPerStep how many records each task processes in one step at most
   * @param commitInterval the longest time that work waits for its commit; zero commits every step
   * @param createdPartitions if there, topics of others that are missing are created with so many
   *     partitions
   */
  public record Mode(
      int workers, int recordsPerStep, Duration commitInterval, OptionalInt createdPartitions) {
    /** How an application runs. */
    public static Mode application(AppConfig config) {
      return new Mode(
          config.threads(), Worker.RECORDS_PER_STEP, config.commitInterval(), OptionalInt.empty());
    }
  }

  private RunningTopology(
      Broker broker, Plan plan, GlobalTables globalTables, List<Worker> workers) {
    this.broker = broker;
    this.plan = plan;
    this.globalTables = globalTables;
    this.workers = workers;
  }

  /**
   * Opens the topology: afterwards its stores hold what the last commit left.
   *
   * @throws StreamsException if its topics are not as it needs them, a store cannot be opened, or a
   *     processor fails to start
   */
  public static RunningTopology open(
      Home home, String applicationId, Plan given, AppConfig config, Mode mode) {
    Broker broker = home.broker();
    Plan plan =
        given.withDefaults(
            config.defaultKeySerde().orElse(null), config.defaultValueSerde().orElse(null));
    var surroundings =
        new Worker.Surroundings(
            applicationId,
            config,
            broker,
            home.clock(),
            new MemoryBudget(config.memoryBudgetBytes()));
    if (home.folder() != null) {
      ensureChangelogsAreThere(
          plan,
          applicationId,
          Manifest.changelogs(home.storage(), home.folder(), applicationId),
          broker);
    }
    ResolvedTopics topics =
        ResolvedTopics.prepare(
            broker, applicationId, plan, deadLetterTopics(config), mode.createdPartitions());
    if (home.folder() != null) {
      Manifest.write(home.storage(), home.folder(), applicationId, plan);
    }
    GlobalTables globalTables = fillGlobalTables(surroundings, plan, topics);
    var workers = new ArrayList<Worker>();
    var running = new RunningTopology(broker, plan, globalTables, workers);
    try {
      running.openWorkers(surroundings, home, topics, mode);
    } catch (RuntimeException e) {
      running.abandon();
      throw e;
    }
    return running;
  }

  /** Made anew, a changelog would be an empty store beside positions that have passed its input. */
  private static void ensureChangelogsAreThere(
      Plan plan, String applicationId, Set<String> earlier, Broker broker) {
    if (broker.committedOffsets(applicationId).isEmpty()) {
      return;
    }
    Set<String> topics = broker.topics();
    for (StorePlan store : plan.stores().toList()) {
      String changelog = store.changelogTopic(applicationId);
      if (store.builder().loggingEnabled()
          && earlier.contains(changelog)
          && !topics.contains(changelog)) {
        throw new StreamsException(
            ("application %s cannot restore store %s: its changelog %s was deleted, and the application"
                    + " would go on after the input that the store was made from. Put the whole data"
                    + " folder back from a copy, or run it under another application id to process its"
                    + " input again")
                .formatted(applicationId, store.name(), changelog));
      }
    }
  }

  private static Set<String> deadLetterTopics(AppConfig config) {
    return Stream.of(config.deserializationErrors(), config.processingErrors())
        .flatMap(policy -> policy.deadLetterTopic().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static GlobalTables fillGlobalTables(
      Worker.Surroundings surroundings, Plan plan, ResolvedTopics topics) {
    try {
      return GlobalTables.open(surroundings, plan, topics);
    } catch (OperatorException | UnreadableRecordException e) {
      Failure failure = Failure.of(e, null);
      throw new StreamsException(
          "application %s cannot fill its global tables: %s"
              .formatted(surroundings.applicationId(), failure),
          failure.cause());
    }
  }

  private void openWorkers(
      Worker.Surroundings surroundings, Home home, ResolvedTopics topics, Mode mode) {
    int tasks = plan.subtopologies().stream().mapToInt(topics::tasks).sum();
    int count = Math.max(1, Math.min(mode.workers(), tasks));
    // All of them before the first task: each takes back what its last holder left undecided.
    for (int i = 0; i < count; i++) {
      workers.add(
          new Worker(
              surroundings,
              new Transaction(broker.transactionalProducer(surroundings.applicationId() + "-" + i)),
              i == 0 ? globalTables : null,
              mode));
    }
    var opener =
        new TaskOpener(
            surroundings,
            home,
            plan,
            topics,
            globalTables.views(),
            broker.committedOffsets(surroundings.applicationId()));
    List<TaskId> ids = opener.ids();
    for (int i = 0; i < ids.size(); i++) {
      workers.get(i % count).open(ids.get(i), opener);
    }
    workers.forEach(Worker::init);
  }

  /** The workers; there is at least one. */
  public List<Worker> workers() {
    return List.copyOf(workers);
  }

  /** The names of all stores, global ones too. */
  public SortedSet<String> storeNames() {
    return Stream.concat(
            plan.stores().map(store -> store.name()),
            plan.globalStores().stream().map(global -> global.name()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * The stores of that name, one for each task that has it, by ascending partition; empty if there
   * is none.
   */
  public List<StateStore> stores(String name) {
    TaskStore global = globalTables.store(name);
    if (global != null) {
      return List.of(global);
    }
    return workers.stream()
        .flatMap(worker -> worker.tasks().stream())
        .filter(task -> task.stores().byName().containsKey(name))
        .sorted(Comparator.comparing(Task::id))
        .map(task -> Objects.requireNonNull(task.stores().byName().get(name)))
        .toList();
  }

  /** Whether everything that the broker shows now has been processed and committed. */
  public boolean caughtUp() {
    long change = broker.changes();
    return workers.stream().allMatch(worker -> worker.caughtUp(change));
  }

  /**
   * Lets each store for which it has become worth while shorten its next restore; for any thread,
   * also while workers are at work.
   */
  public void checkpointIfDue() {
    for (Worker worker : workers) {
      worker.tasks().forEach(task -> task.stores().checkpointIfDue());
    }
  }

  /** What has been done, up to the last commits. */
  public AppMetrics metrics() {
    return workers.stream().map(Worker::metrics).reduce(AppMetrics.ZERO, AppMetrics::plus);
  }

  /**
   * Commits what has been processed and ends. No worker may be at work.
   *
   * @throws StreamsException if a worker could not commit; all have ended
   */
  public void close() {
    RuntimeException failure = null;
    for (Worker worker : workers) {
      try {
        worker.close();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    closeGlobalTables();
    if (failure != null) {
      throw failure;
    }
  }

  /** Ends and forgets what is not committed. No worker may be at work. */
  public void abandon() {
    workers.forEach(Worker::abandon);
    closeGlobalTables();
  }

  private void closeGlobalTables() {
    try {
      globalTables.close();
    } catch (RuntimeException e) {
      log.warn("a global store failed to close", e);
    }
  }
}
