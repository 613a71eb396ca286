package io.headwater.streams.runtime;

import io.headwater.broker.Broker;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Drives one worker until it is asked to stop or the worker fails. While there is nothing to do it
 * waits for the broker to show a change.
 */
public final class WorkerThread {
  /**
   * Looks at the clock at least this often, since it may not be the one that waits are timed by.
   */
  private static final long WAIT_MS_MAX = 500;

  private final Worker worker;
  private final Broker broker;
  private final InstantSource clock;
  private final Listener listener;
  private final Thread thread;
  private volatile boolean stopping;

  /** Guarded by this. */
  private boolean waiting;

  /** Hears of the thread, on the thread. */
  public interface Listener {
    /** There is nothing to do at the moment. */
    void idle();

    /** The thread has done its last step; the worker is not closed yet. */
    void ended(@Nullable Throwable failure);
  }

  public WorkerThread(
      String name, Worker worker, Broker broker, InstantSource clock, Listener listener) {
    this.worker = worker;
    this.broker = broker;
    this.clock = clock;
    this.listener = listener;
    thread = new Thread(this::run, name);
  }

  public void start() {
    thread.start();
  }

  /** Asks it to end after the step it is at; returns at once. */
  public void stop() {
    stopping = true;
    synchronized (this) {
      if (waiting) {
        thread.interrupt();
      }
    }
  }

  /** Whether the caller is on this thread. */
  public boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  private void run() {
    Throwable failure = null;
    try {
      while (!stopping) {
        long seen = broker.changes();
        if (worker.doWork() == 0) {
          listener.idle();
          waitForWork(seen);
        }
      }
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    listener.ended(failure);
  }

  private void waitForWork(long seen) {
    long waitMs = Math.min(WAIT_MS_MAX, worker.nextDueMs() - clock.millis());
    if (waitMs <= 0) {
      return;
    }
    synchronized (this) {
      if (stopping) {
        return;
      }
      waiting = true;
    }
    try {
      broker.awaitChange(seen, Duration.ofMillis(waitMs));
    } catch (InterruptedException e) {
      // only stop() interrupts this thread, and only while it waits; the loop sees why
    } finally {
      synchronized (this) {
        waiting = false;
        Thread.interrupted();
      }
    }
  }
}
