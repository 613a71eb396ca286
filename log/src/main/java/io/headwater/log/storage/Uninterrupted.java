package io.headwater.log.storage;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs short operations on a channel of their own to their end although the thread is interrupted,
 * which would close the channel. The interrupt is kept.
 */
final class Uninterrupted {
  /** Its one thread ends when it has had nothing to do for a while. */
  private static final ThreadPoolExecutor ASIDE =
      new ThreadPoolExecutor(
          1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Uninterrupted::thread);

  static {
    ASIDE.allowCoreThreadTimeOut(true);
  }

  /** An operation that opens its own channel, and so may be done again. */
  interface Operation<T> {
    T call() throws IOException;
  }

  private Uninterrupted() {}

  private static Thread thread(Runnable work) {
    var thread = new Thread(null, work, "headwater-mapping", 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(null); // that of whoever comes first would be kept
    return thread;
  }

  /** Does it again if it was interrupted. */
  static <T> T call(Operation<T> operation) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return operation.call();
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Does it on a thread that nobody interrupts, because nobody knows it: for what an interrupt at
   * its end would lose. A mapping is: it is made, and then the call fails without giving it back.
   */
  static <T> T callAside(Operation<T> operation) throws IOException {
    Future<T> result = ASIDE.submit(operation::call);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return result.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          if (e.getCause() instanceof IOException failure) {
            throw failure;
          }
          throw new IllegalStateException(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
