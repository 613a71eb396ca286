package io.headwater.streams.runtime;

import io.headwater.broker.Broker;
import io.headwater.broker.OffsetAndMetadata;
import io.headwater.broker.TopicPartition;
import io.headwater.state.MemoryBudget;
import io.headwater.streams.AppConfig;
import io.headwater.streams.AppMetrics;
import io.headwater.streams.ErrorPolicy;
import io.headwater.streams.errors.StreamsException;
import io.headwater.streams.processor.TaskId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Some tasks of an application that share one thread and one transaction. {@link #doWork} is one
 * step; whoever drives it, a thread or a test, drives it from one thread at a time.
 *
 * <p>A step lets each task process some records. When the oldest uncommitted work is as old as the
 * commit interval, the step commits all tasks as one: the stores flush, in an order in which each
 * hears what the ones before it forward; what is collected goes to the broker; the positions are
 * added; the transaction commits; and the stores show what they hold. When anything fails, all of
 * it is taken back to the last commit, and the error's policy says whether to try again.
 */
public final class Worker {
  /** How many records a task processes before the worker looks at the clock. */
  static final int RECORDS_PER_STEP = 256;

  /** Failures that belong to no record are one row until so much time passes without one. */
  private static final Duration ROW_OF_FAILURES = Duration.ofMinutes(10);

  private static final Logger log = LoggerFactory.getLogger(Worker.class);

  private final String applicationId;
  private final AppConfig config;
  private final Broker broker;
  private final InstantSource clock;
  private final MemoryBudget memory;
  private final Transaction transaction;
  private final RecordCollector collector;
  private final RecordFailures failures;
  private final List<Task> tasks = new ArrayList<>();
  private final @Nullable GlobalTables globalTables;
  private final int recordsPerStep;
  private final long commitIntervalMs;

  private @Nullable Task current;
  private boolean uncommitted;

  /** The transaction has committed and the stores do not show it yet: there is no way back. */
  private boolean publishing;

  private long commitDueMs;
  private int failuresInRow;
  private long failedAtMs = Long.MIN_VALUE;
  private long retryAtMs = Long.MIN_VALUE;
  private boolean failed;
  private volatile long caughtUpAtChange = -1;

  /**
   * A worker without tasks.
   *
   * @param globalTables what this worker keeps up to date for the whole application, if it does
   */
  Worker(
      Surroundings surroundings,
      Transaction transaction,
      @Nullable GlobalTables globalTables,
      RunningTopology.Mode mode) {
    applicationId = surroundings.applicationId();
    config = surroundings.config();
    broker = surroundings.broker();
    clock = surroundings.clock();
    memory = surroundings.memory();
    this.transaction = transaction;
    var counters = new Counters();
    collector = new RecordCollector(broker, transaction::append, counters);
    failures = new RecordFailures(config.deserializationErrors(), collector, counters);
    this.globalTables = globalTables;
    recordsPerStep = mode.recordsPerStep();
    commitIntervalMs = mode.commitInterval().toMillis();
  }

  /** What all workers of an application share. */
  record Surroundings(
      String applicationId,
      AppConfig config,
      Broker broker,
      InstantSource clock,
      MemoryBudget memory) {}

  /** Adds a task, whose stores are restored meanwhile. */
  void open(TaskId id, TaskOpener opener) {
    tasks.add(opener.open(id, transaction, collector, failures));
  }

  /** Initializes the processors of all tasks. */
  void init() {
    long nowMs = clock.millis();
    try {
      for (Task task : tasks) {
        current = task;
        task.init(nowMs);
      }
    } catch (RuntimeException e) {
      throw stopped(Failure.of(e, current));
    }
  }

  /**
   * One step. Returns how much was done; after 0 there is nothing to do until the broker shows a
   * change or {@link #nextDueMs} comes.
   *
   * @throws StreamsException if the application has to stop; everything since the last commit has
   *     been taken back
   */
  public int doWork() {
    if (failed) {
      throw new IllegalStateException("a worker of application " + applicationId + " has failed");
    }
    long nowMs = clock.millis();
    if (nowMs < retryAtMs) {
      return 0;
    }
    long change;
    int done;
    try {
      change = broker.changes();
      done = process(nowMs);
      if (uncommitted && commitDue(nowMs)) {
        commit();
        done++;
      }
    } catch (RuntimeException | Error e) {
      recover(e, nowMs);
      return 1;
    }
    if (done == 0 && !uncommitted) {
      caughtUpAtChange = change;
    }
    return done;
  }

  private int process(long nowMs) {
    current = null;
    int done = globalTables == null ? 0 : globalTables.doWork();
    long consumedBefore = collector.counters().consumed();
    int processed = 0;
    for (Task task : tasks) {
      current = task;
      processed += task.doWork(nowMs, recordsPerStep);
    }
    int setAside = (int) (collector.counters().consumed() - consumedBefore);
    processed = Math.max(processed, setAside);
    if (processed > 0 && !uncommitted) {
      uncommitted = true;
      commitDueMs = nowMs + commitIntervalMs;
    }
    return done + processed;
  }

  private boolean commitDue(long nowMs) {
    if (nowMs >= commitDueMs || memory.commitDue() || failures.commitWanted()) {
      return true;
    }
    for (Task task : tasks) {
      if (task.context().commitRequested()) {
        return true;
      }
    }
    return false;
  }

  private void commit() {
    for (Task task : tasks) {
      current = task;
      task.flush();
    }
    collector.flush();
    var positions = new HashMap<TopicPartition, OffsetAndMetadata>();
    for (Task task : tasks) {
      task.addPositions(positions);
    }
    transaction.commit(applicationId, positions);
    publishing = true;
    for (Task task : tasks) {
      current = task;
      task.committed();
    }
    publishing = false;
    collector.counters().commit();
    failures.commitDone();
    uncommitted = false;
  }

  /** Takes back everything since the last commit, then tries again or gives up. */
  private void recover(Throwable thrown, long nowMs) {
    Failure failure = Failure.of(thrown, current);
    uncommitted = false;
    caughtUpAtChange = -1;
    if (publishing) {
      throw stopped(failure);
    }
    try {
      transaction.abort();
      collector.clear();
      collector.counters().abort();
      failures.commitDone();
      tasks.forEach(Task::rollBack);
      if (globalTables != null) {
        globalTables.rollBack();
      }
    } catch (RuntimeException e) {
      failure.cause().addSuppressed(e);
      throw stopped(failure);
    }
    if (thrown instanceof Error || !tryAgain(failure, nowMs)) {
      throw stopped(failure);
    }
    init();
  }

  /** Arranges for what failed to be tried again or to be set aside; false if it is to stop. */
  private boolean tryAgain(Failure failure, long nowMs) {
    ErrorPolicy policy =
        failure.unreadable() ? config.deserializationErrors() : config.processingErrors();
    TopicPartition partition = failure.partition();
    int tries =
        partition == null ? countInRow(nowMs) : failures.countTry(partition, failure.offset());
    if (tries <= policy.retriesMax()) {
      retryAtMs = nowMs + policy.backoff(tries).toMillis();
      log.warn("{}; trying again, {} of {}", failure, tries, policy.retriesMax(), failure.cause());
      return true;
    }
    if (partition == null || policy.outcome() == ErrorPolicy.Outcome.STOP) {
      return false;
    }
    failures.giveUp(partition, failure.offset(), policy, failure.cause());
    tasks.forEach(Task::rewind);
    return true;
  }

  private int countInRow(long nowMs) {
    if (failedAtMs != Long.MIN_VALUE && nowMs - failedAtMs > ROW_OF_FAILURES.toMillis()) {
      failuresInRow = 0;
    }
    failedAtMs = nowMs;
    return ++failuresInRow;
  }

  private StreamsException stopped(Failure failure) {
    failed = true;
    return new StreamsException(
        "application %s stopped: %s".formatted(applicationId, failure), failure.cause());
  }

  /** Lets the next step commit, whatever it does. */
  public void requestCommit() {
    uncommitted = true;
    commitDueMs = Long.MIN_VALUE;
  }

  /** When the worker has something to do by the clock: a commit, a schedule or a new try. */
  public long nextDueMs() {
    if (retryAtMs > clock.millis()) {
      return retryAtMs;
    }
    long dueMs = uncommitted ? commitDueMs : Punctuations.NEVER;
    for (Task task : tasks) {
      dueMs = Math.min(dueMs, task.nextWallClockMs());
    }
    return dueMs;
  }

  /**
   * Whether everything that the broker showed at that change has been processed and committed; for
   * any thread.
   */
  boolean caughtUp(long change) {
    return caughtUpAtChange == change;
  }

  /** What has been done, up to the last commit; for any thread. */
  AppMetrics metrics() {
    return collector.counters().committed();
  }

  List<Task> tasks() {
    return tasks;
  }

  /** Commits what has been processed, lets the next restore be short, and ends. */
  void close() {
    try {
      if (!failed) {
        if (uncommitted) {
          commit();
        }
        tasks.forEach(task -> task.stores().checkpoint());
      }
    } catch (RuntimeException e) {
      Failure failure = Failure.of(e, current);
      abandon();
      throw stopped(failure);
    }
    closeAll();
  }

  /** Ends without a commit. */
  void abandon() {
    try {
      transaction.abort();
    } catch (RuntimeException e) {
      log.warn("application {}: a transaction could not be aborted", applicationId, e);
    }
    closeAll();
  }

  private void closeAll() {
    for (Task task : tasks) {
      try {
        task.close();
      } catch (RuntimeException e) {
        log.warn("task {} failed to close", task.id(), e);
      }
    }
    transaction.close();
  }
}
