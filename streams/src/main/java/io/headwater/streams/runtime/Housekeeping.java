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

  private final Broker broker;
  private final Runnable chore;
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);

  /**
   * Starts it.
   *
   * @param chore done every few seconds
   */
  public Housekeeping(Broker broker, Runnable chore) {
    this.broker = broker;
    this.chore = chore;
    thread = new Thread(this::run, "headwater-housekeeping");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      for (int pause = 1; !closing.await(PAUSE_MS, TimeUnit.MILLISECONDS); pause++) {
        broker.doWork();
        if (pause % PAUSES_BETWEEN_CHORES == 0) {
          chore.run();
        }
      }
    } catch (RuntimeException e) {
      log.error("the broker's background work has ended", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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
