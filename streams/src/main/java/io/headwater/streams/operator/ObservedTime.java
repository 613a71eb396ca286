package io.headwater.streams.operator;

import io.headwater.streams.processor.ProcessingContext;

/**
 * The highest timestamp that has come to a node: what is late there depends on it. It belongs to
 * what a task commits: it is there again after a restart, and goes back when the task does, so that
 * results do not depend on either.
 */
public final class ObservedTime {
  private long timeMs;

  /**
   * @param timeMs what has been observed already, -1 for nothing
   */
  public ObservedTime(long timeMs) {
    this.timeMs = timeMs;
  }

  /** Takes a timestamp in, and returns the highest so far. */
  long observe(long timestampMs) {
    if (timestampMs > timeMs) {
      timeMs = timestampMs;
    }
    return timeMs;
  }

  /** The highest timestamp so far, -1 if none came. */
  public long timeMs() {
    return timeMs;
  }

  /** A node's context that keeps the time the node has observed. */
  public interface Keeper extends ProcessingContext {
    /** The node's time as it stood at the task's last commit, to go on with; ask in init. */
    ObservedTime observedTime();
  }

  /** The time of the node whose context that is. */
  static ObservedTime of(ProcessingContext context) {
    if (context instanceof Keeper keeper) {
      return keeper.observedTime();
    }
    throw new IllegalArgumentException(
        "a windowed aggregation needs the runtime's own context, and got a "
            + context.getClass().getName());
  }
}
