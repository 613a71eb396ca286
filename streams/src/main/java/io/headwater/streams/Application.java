package io.headwater.streams;

import io.headwater.broker.Broker;
import io.headwater.state.StateStore;
import io.headwater.streams.errors.StreamsException;
import io.headwater.streams.runtime.RunningTopology;
import io.headwater.streams.runtime.Worker;
import io.headwater.streams.runtime.WorkerThread;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A topology at work: its threads process records, exactly once, until it is closed or fails. Safe
 * for many threads.
 *
 * <p>When it fails, everything since its last commits is taken back, its threads end, its state is
 * {@link State#ERROR} and {@link #error} says why. A failure is told once: {@link #awaitCaughtUp}
 * throws it to whoever waits there; if nobody does, it is logged. Run again under the same id it
 * goes on where it stopped, as it does after a close or a crash.
 */
public final class Application implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Application.class);

  private final String id;
  private final RunningTopology topology;
  private final List<WorkerThread> threads = new ArrayList<>();

  /** Guards what follows, and is told when it changes or a thread has nothing to do. */
  private final Object lock = new Object();

  private State state = State.RUNNING;
  private @Nullable Throwable error;
  private int threadsLeft;

  /** How many threads will be thrown the failure, if there is one. */
  private int waiting;

  /** What an application is doing. */
  public enum State {
    /** Its threads process records. */
    RUNNING,
    /** It ends: it commits what it has processed. */
    PENDING_SHUTDOWN,
    /** It was closed, and everything that it processed is committed. */
    NOT_RUNNING,
    /** It failed, and has ended; {@link Application#error} says why. */
    ERROR
  }

  Application(String id, RunningTopology topology, Broker broker, InstantSource clock) {
    this.id = id;
    this.topology = topology;
    List<Worker> workers = topology.workers();
    for (int i = 0; i < workers.size(); i++) {
      threads.add(
          new WorkerThread(
              "headwater-" + id + "-" + i, workers.get(i), broker, clock, new Events()));
    }
    threadsLeft = threads.size();
  }

  private final class Events implements WorkerThread.Listener {
    @Override
    public void idle() {
      synchronized (lock) {
        lock.notifyAll();
      }
    }

    @Override
    public void ended(@Nullable Throwable failure) {
      threadEnded(failure);
    }
  }

  void start() {
    threads.forEach(WorkerThread::start);
  }

  /** Lets the next start be short, where that has become worth while. */
  void checkpointIfDue() {
    if (state() == State.RUNNING) {
      topology.checkpointIfDue();
    }
  }

  /** The id it was run under: its group, and the prefix of its topics. */
  public String id() {
    return id;
  }

  public State state() {
    synchronized (lock) {
      return state;
    }
  }

  /** Why the application failed; empty unless its state is {@link State#ERROR}. */
  public Optional<Throwable> error() {
    synchronized (lock) {
      return state == State.ERROR ? Optional.ofNullable(error) : Optional.empty();
    }
  }

  /** What it has done since it was started. */
  public AppMetrics metrics() {
    return topology.metrics();
  }

  /**
   * A view of a store, over all tasks, for any thread. It shows what the tasks have committed,
   * never makes one of them wait, and can be used until the application ends.
   *
   * @throws IllegalArgumentException if there is no such store, naming those there are, or it is
   *     not of that type
   * @throws IllegalStateException if the application has ended
   */
  public <T> T store(String name, QueryableStoreType<T> type) {
    State now = state();
    if (now == State.NOT_RUNNING || now == State.ERROR) {
      throw new IllegalStateException(
          "application %s has ended (%s): its stores are closed".formatted(id, now));
    }
    List<StateStore> stores = topology.stores(name);
    if (stores.isEmpty()) {
      throw new IllegalArgumentException(
          "application %s has no store named '%s'; it has %s"
              .formatted(id, name, topology.storeNames()));
    }
    for (StateStore store : stores) {
      if (!type.accepts(store)) {
        throw new IllegalArgumentException(
            "store %s of application %s cannot be read as asked: it is a %s"
                .formatted(name, id, store.getClass().getSimpleName()));
      }
    }
    return type.create(stores);
  }

  /**
   * Waits until everything that is committed in the topics it reads has been processed and is
   * committed too. Returns false if that takes longer than {@code timeout}.
   *
   * @throws StreamsException if the application fails or has failed
   * @throws IllegalStateException if it was closed
   */
  public boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
    long deadlineNanos = deadlineNanos(timeout);
    synchronized (lock) {
      waiting++;
      try {
        while (true) {
          long leftNanos = deadlineNanos - System.nanoTime();
          if (error != null && (state != State.RUNNING || leftNanos <= 0)) {
            throw new StreamsException(
                "application %s has failed: %s".formatted(id, error.getMessage()), error);
          }
          if (state != State.RUNNING) {
            throw new IllegalStateException("application %s was closed".formatted(id));
          }
          if (error == null && topology.caughtUp()) {
            return true;
          }
          if (leftNanos <= 0) {
            return false;
          }
          TimeUnit.NANOSECONDS.timedWait(lock, leftNanos);
        }
      } finally {
        waiting--;
      }
    }
  }

  /**
   * As {@link System#nanoTime}, to be compared by subtraction; for a timeout that no time runs out
   * of, some 292 years from now.
   */
  private static long deadlineNanos(Duration timeout) {
    return System.nanoTime() + Math.max(0, TimeUnit.NANOSECONDS.convert(timeout));
  }

  /** Asks it to end, and waits until it has. Does nothing if it has ended. */
  @Override
  public void close() {
    close(Duration.ofNanos(Long.MAX_VALUE));
  }

  /**
   * Asks it to end: it commits what it has processed and closes its stores. Waits until it has
   * ended, but no longer than {@code timeout}; returns whether it has. Called by one of its own
   * threads it does not wait.
   */
  public boolean close(Duration timeout) {
    synchronized (lock) {
      if (state == State.RUNNING) {
        state = State.PENDING_SHUTDOWN;
        lock.notifyAll();
      }
    }
    threads.forEach(WorkerThread::stop);
    if (threads.stream().anyMatch(WorkerThread::isCurrent)) {
      return false;
    }
    long deadlineNanos = deadlineNanos(timeout);
    boolean interrupted = false;
    try {
      synchronized (lock) {
        while (!hasEnded()) {
          long leftNanos = deadlineNanos - System.nanoTime();
          if (leftNanos <= 0) {
            return false;
          }
          try {
            TimeUnit.NANOSECONDS.timedWait(lock, leftNanos);
          } catch (InterruptedException e) {
            interrupted = true;
          }
        }
        return true;
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean hasEnded() {
    return state == State.NOT_RUNNING || state == State.ERROR;
  }

  /** One failure ends all threads; the last one to end closes the topology. */
  private void threadEnded(@Nullable Throwable failure) {
    if (failure != null) {
      failed(failure);
      threads.forEach(WorkerThread::stop);
    }
    boolean last;
    synchronized (lock) {
      last = --threadsLeft == 0;
    }
    if (last) {
      end();
    }
  }

  private void end() {
    try {
      topology.close();
    } catch (RuntimeException | Error e) {
      failed(e);
    }
    synchronized (lock) {
      state = error == null ? State.NOT_RUNNING : State.ERROR;
      lock.notifyAll();
    }
  }

  /** Keeps the failure for those who wait or ask, and logs it if nobody waits. */
  private void failed(Throwable failure) {
    boolean awaited;
    synchronized (lock) {
      awaited = waiting > 0 && state == State.RUNNING;
      if (error == null) {
        error = failure;
      } else {
        error.addSuppressed(failure);
      }
    }
    if (!awaited) {
      log.error("{}", failure.getMessage(), failure);
    }
  }
}
