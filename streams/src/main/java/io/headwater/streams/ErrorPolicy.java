package io.headwater.streams;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What an application does when something fails: it tries again, a bounded number of times, and
 * then stops, leaves the record out, or writes it to a dead-letter topic. Whatever it does with a
 * record becomes visible in the same commit as the position after it, and is counted: records in
 * are records processed, skipped and dead-lettered.
 *
 * <p>Before each new try everything since the last commit is taken back, so a try never sees what
 * the failed one left. Immutable.
 */
public final class ErrorPolicy {
  private static final long BACKOFF_MS_MAX = 60_000;

  private static final ErrorPolicy STOP = new ErrorPolicy(0, Duration.ZERO, Outcome.STOP, null);

  /** What happens once the retries are used up. */
  public enum Outcome {
    /** The application stops in the state {@link Application.State#ERROR}; nothing is lost. */
    STOP,
    /** The record is left out and counted as skipped. */
    SKIP,
    /** The record is written to the dead-letter topic. */
    DEAD_LETTER
  }

  private final int retriesMax;
  private final Duration backoff;
  private final Outcome outcome;
  private final @Nullable String deadLetterTopic;

  private ErrorPolicy(
      int retriesMax, Duration backoff, Outcome outcome, @Nullable String deadLetterTopic) {
    this.retriesMax = retriesMax;
    this.backoff = backoff;
    this.outcome = outcome;
    this.deadLetterTopic = deadLetterTopic;
  }

  /** Stop at the first error: the default. */
  public static ErrorPolicy stop() {
    return STOP;
  }

  /** Leave out the record at the first error. */
  public static ErrorPolicy skip() {
    return new ErrorPolicy(0, Duration.ZERO, Outcome.SKIP, null);
  }

  /**
   * Write the record to that topic at the first error: key, value, timestamp and headers as they
   * were, with Kafka Streams' headers {@code __streams.errors.topic}, {@code …partition}, {@code
   * …offset}, {@code …exception} and {@code …message} (all text) after them. The topic must exist.
   */
  public static ErrorPolicy deadLetter(String topic) {
    return new ErrorPolicy(
        0, Duration.ZERO, Outcome.DEAD_LETTER, Objects.requireNonNull(topic, "topic"));
  }

  /**
   * This policy after that many new tries of what failed, the first after {@code backoff} and each
   * next one after twice the time, at most a minute.
   */
  public ErrorPolicy withRetries(int retriesMax, Duration backoff) {
    if (retriesMax < 0) {
      throw new IllegalArgumentException("retriesMax cannot be negative, was " + retriesMax);
    }
    if (backoff.isNegative()) {
      throw new IllegalArgumentException("backoff cannot be negative, was " + backoff);
    }
    return new ErrorPolicy(retriesMax, backoff, outcome, deadLetterTopic);
  }

  /** How many times what failed is tried again. */
  public int retriesMax() {
    return retriesMax;
  }

  /** The wait before the new try of that number, the first being 1. */
  public Duration backoff(int retry) {
    long firstMs = Math.min(TimeUnit.MILLISECONDS.convert(backoff), BACKOFF_MS_MAX);
    return Duration.ofMillis(Math.min(firstMs << Math.min(retry - 1, 16), BACKOFF_MS_MAX));
  }

  /** What happens once the retries are used up. */
  public Outcome outcome() {
    return outcome;
  }

  /** Where records go if the outcome is {@link Outcome#DEAD_LETTER}. */
  public Optional<String> deadLetterTopic() {
    return Optional.ofNullable(deadLetterTopic);
  }

  @Override
  public String toString() {
    String end = deadLetterTopic == null ? outcome.toString() : outcome + " " + deadLetterTopic;
    return retriesMax == 0 ? end : retriesMax + " retries from " + backoff + ", then " + end;
  }
}
