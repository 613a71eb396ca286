package io.headwater.log.key;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts who looks at some {@link Parts}, so that no run is closed under a reader: the index itself
 * once, until it replaces them, and each reader. Safe for many threads.
 */
final class Pins {
  /** Of what nobody looks at. */
  static final Pins NONE = new Pins();

  static {
    NONE.remove();
  }

  private final AtomicInteger count = new AtomicInteger(1);

  /** Adds one; false if the parts have been replaced and nobody looks at them any more. */
  boolean add() {
    while (true) {
      int now = count.get();
      if (now == 0) {
        return false;
      }
      if (count.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  void remove() {
    count.decrementAndGet();
  }

  /** Whether there is one. */
  boolean any() {
    return count.get() > 0;
  }
}
