package io.headwater.streams.runtime;

import io.headwater.broker.Broker;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that drives a broker's background work, and now and then something else. */
public final class Housekeeping implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);
  private static final long PAUSE_MS = 100;

  private static final int PAUSES_BETWEEN_CHORES = 50;

  private final Repeated work;
  private final Repeated chore;
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);

  /**
   * Starts it.
   *
   * @param chore done every few seconds
   */
  public Housekeeping(Broker broker, Runnable chore) {
    work = new Repeated(broker::doWork);
    this.chore = new Repeated(chore);
    thread = new Thread(this::run, "headwater-housekeeping");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      for (int pause = 1; !closing.await(PAUSE_MS, TimeUnit.MILLISECONDS); pause++) {
        work.attempt();
        if (pause % PAUSES_BETWEEN_CHORES == 0) {
          chore.attempt();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Something that is done again and again. A failure, such as of a disk that is full for a while,
   * ends one attempt only; it is logged once, and so is that it has passed.
   */
  static final class Repeated {
    private final Runnable action;
    private String failing = "";

    Repeated(Runnable action) {
      this.action = action;
    }

    void attempt() {
      try {
        action.run();
      } catch (RuntimeException e) {
        if (!failing.equals(e.toString())) {
          failing = e.toString();
          log.error("background work has failed, and is tried again", e);
        }
        return;
      }
      if (!failing.isEmpty()) {
        failing = "";
        log.info("background work goes on");
      }
    }
  }

  /** Ends it; the broker can be closed then. */
  @Override
  public void close() {
    closing.countDown();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
