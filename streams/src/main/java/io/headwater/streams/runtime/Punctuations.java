package io.headwater.streams.runtime;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * The schedules of one task on one kind of time. A schedule that is due fires once however far time
 * has jumped, and its next time keeps to the grid of its first one. For one thread, except that a
 * schedule may be cancelled from any.
 */
final class Punctuations {
  /** When nothing is scheduled. */
  static final long NEVER = Long.MAX_VALUE;

  private final PriorityQueue<Schedule> queue =
      new PriorityQueue<>(
          Comparator.<Schedule>comparingLong(schedule -> schedule.nextMs)
              .thenComparingLong(schedule -> schedule.number));
  private long scheduled;
  private long nextMs = NEVER;

  /** What a schedule does when it is due. */
  interface Callback {
    void run(long timestampMs);
  }

  /** One schedule. */
  static final class Schedule {
    private final long number;
    private final long intervalMs;
    private final Callback callback;
    private long nextMs;
    private volatile boolean cancelled;

    private Schedule(long number, long firstMs, long intervalMs, Callback callback) {
      this.number = number;
      this.intervalMs = intervalMs;
      this.callback = callback;
      nextMs = firstMs;
    }

    /** It never fires again. */
    void cancel() {
      cancelled = true;
    }

    private void advancePast(long nowMs) {
      nextMs += intervalMs * ((nowMs - nextMs) / intervalMs + 1);
    }
  }

  Schedule schedule(long firstMs, long intervalMs, Callback callback) {
    var schedule = new Schedule(scheduled++, firstMs, intervalMs, callback);
    queue.add(schedule);
    nextMs = queue.element().nextMs;
    return schedule;
  }

  /** The time at which the next schedule is due, or {@link #NEVER}. */
  long nextMs() {
    return nextMs;
  }

  /** Fires what is due at that time, each schedule at most once; returns how many fired. */
  int fire(long nowMs) {
    int fired = 0;
    while (nextMs <= nowMs) {
      Schedule due = queue.remove();
      if (!due.cancelled) {
        due.advancePast(nowMs);
        queue.add(due);
        nextMs = queue.element().nextMs;
        due.callback.run(nowMs);
        fired++;
      }
      nextMs = queue.isEmpty() ? NEVER : queue.element().nextMs;
    }
    return fired;
  }
}
