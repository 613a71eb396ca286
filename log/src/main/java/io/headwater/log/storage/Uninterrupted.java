package io.headwater.log.storage;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Runs short operations on a channel of their own to their end although the thread is interrupted:
 * an interrupt closes the channel, so the operation is done again on a new one, and the flag set
 * again after it.
 */
final class Uninterrupted {
  /** An operation that opens its own channel, and so may be done again. */
  interface Operation<T> {
    T call() throws IOException;
  }

  private Uninterrupted() {}

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
}
