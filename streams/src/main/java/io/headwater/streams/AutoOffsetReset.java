package io.headwater.streams;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where a source begins in a partition for which the application has no committed offset. */
public final class AutoOffsetReset {
  /** The kinds of beginning. */
  public enum Strategy {
    /** At the oldest record. */
    EARLIEST,
    /** After the newest record. */
    LATEST,
    /** Nowhere: the application stops with an error. */
    NONE,
    /** At the oldest record that is at most {@link #duration()} old. */
    BY_DURATION
  }

  private static final AutoOffsetReset EARLIEST = new AutoOffsetReset(Strategy.EARLIEST, null);
  private static final AutoOffsetReset LATEST = new AutoOffsetReset(Strategy.LATEST, null);
  private static final AutoOffsetReset NONE = new AutoOffsetReset(Strategy.NONE, null);

  private final Strategy strategy;
  private final @Nullable Duration duration;

  private AutoOffsetReset(Strategy strategy, @Nullable Duration duration) {
    this.strategy = strategy;
    this.duration = duration;
  }

  public static AutoOffsetReset earliest() {
    return EARLIEST;
  }

  public static AutoOffsetReset latest() {
    return LATEST;
  }

  public static AutoOffsetReset none() {
    return NONE;
  }

  /** At the oldest record that is not older than {@code duration}, counted from now. */
  public static AutoOffsetReset byDuration(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("duration cannot be negative, was " + duration);
    }
    return new AutoOffsetReset(Strategy.BY_DURATION, duration);
  }

  public Strategy strategy() {
    return strategy;
  }

  /** How far back; only of {@link Strategy#BY_DURATION}, null of the others. */
  public @Nullable Duration duration() {
    return duration;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AutoOffsetReset that
        && strategy == that.strategy
        && Objects.equals(duration, that.duration);
  }

  @Override
  public int hashCode() {
    return Objects.hash(strategy, duration);
  }

  @Override
  public String toString() {
    return duration == null ? strategy.name() : strategy.name() + "(" + duration + ")";
  }
}
