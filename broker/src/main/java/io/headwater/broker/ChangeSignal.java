package io.headwater.broker;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** A counter that threads can wait for. Moving it costs next to nothing while nobody waits. */
final class ChangeSignal {
  private final AtomicLong changes = new AtomicLong();
  private final AtomicInteger waiting = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();

  long value() {
    return changes.get();
  }

  void move() {
    changes.incrementAndGet();
    if (waiting.get() > 0) {
      lock.lock();
      try {
        moved.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Waits until the counter is not {@code seen} or the owner ended; false if time ran out. */
  boolean await(long seen, Duration timeout, BooleanSupplier ended) throws InterruptedException {
    if (changes.get() != seen) {
      return true;
    }
    waiting.incrementAndGet(); // before looking again: a move from here on signals
    lock.lock();
    try {
      long leftNanos = TimeUnit.NANOSECONDS.convert(timeout); // at most 292 years
      while (changes.get() == seen && !ended.getAsBoolean()) {
        if (leftNanos <= 0) {
          return false;
        }
        leftNanos = moved.awaitNanos(leftNanos);
      }
      return changes.get() != seen;
    } finally {
      lock.unlock();
      waiting.decrementAndGet();
    }
  }
}
