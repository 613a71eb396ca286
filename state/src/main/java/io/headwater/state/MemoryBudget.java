package io.headwater.state;

import java.util.concurrent.atomic.LongAdder;

/**
 * A number of bytes that the caches of an application's stores share. Sizes are estimates. Past the
 * limit a store drops objects that it can read again; what it cannot drop is uncommitted, and
 * {@link #commitDue} asks the runtime to commit. A store never fails for lack of budget. Safe for
 * many threads.
 */
public final class MemoryBudget {
  private final long limitBytes;
  private final LongAdder used = new LongAdder();
  private final LongAdder uncommitted = new LongAdder();

  /**
   * A budget of that many bytes; 0 keeps nothing that is committed.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public MemoryBudget(long limitBytes) {
    if (limitBytes < 0) {
      throw new IllegalArgumentException("a memory budget cannot be negative, was " + limitBytes);
    }
    this.limitBytes = limitBytes;
  }

  /** The limit, in bytes. */
  public long limitBytes() {
    return limitBytes;
  }

  /** About how many bytes are in use. */
  public long usedBytes() {
    return used.sum();
  }

  /** About how many of the bytes in use wait for a commit. */
  public long uncommittedBytes() {
    return uncommitted.sum();
  }

  /** Whether more than the limit is in use. */
  public boolean exceeded() {
    return used.sum() > limitBytes;
  }

  /** Whether half the limit waits for a commit: time to commit early, between two records. */
  public boolean commitDue() {
    return uncommitted.sum() > limitBytes / 2;
  }

  /** Takes so many more bytes, or with negative numbers gives them back. */
  public void charge(long usedBytes, long uncommittedBytes) {
    if (usedBytes != 0) {
      used.add(usedBytes);
    }
    if (uncommittedBytes != 0) {
      uncommitted.add(uncommittedBytes);
    }
  }
}
