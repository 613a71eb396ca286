package io.headwater.log.storage;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Something of the operating system's that many threads use: given back when the last that uses it
 * is done with it, so that nobody finds it gone under his hands. The count starts at one for the
 * owner; anybody else may only use it between {@link #retain} and {@link #release}.
 */
abstract class Counted {
  private final AtomicInteger holders = new AtomicInteger(1);

  /** Keeps it for one more user; false if it was given back already. */
  final boolean retain() {
    while (true) {
      int count = holders.get();
      if (count == 0) {
        return false;
      }
      if (holders.compareAndSet(count, count + 1)) {
        return true;
      }
    }
  }

  /** Ends one use; the last one gives it back. */
  final void release() {
    if (holders.decrementAndGet() == 0) {
      giveBack();
    }
  }

  /** Gives it back to the operating system. Called once. */
  abstract void giveBack();
}
