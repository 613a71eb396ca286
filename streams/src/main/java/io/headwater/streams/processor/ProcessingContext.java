package io.headwater.streams.processor;

import io.headwater.state.StateStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a processor can ask of the task it belongs to. Each node has its own. To be used by the
 * task's thread only.
 */
public interface ProcessingContext {
  String applicationId();

  TaskId taskId();

  /** Where the current record was read from; absent in {@code init}, punctuations and flushes. */
  Optional<RecordMetadata> recordMetadata();

  /**
   * The store of that name. It has to be connected to this node or be global; a global store is not
   * to be changed through it.
   *
   * @throws io.headwater.streams.errors.StreamsException if no such store is connected to this node
   */
  @SuppressWarnings("TypeParameterUnusedInFormals") // Kafka Streams' signature; saves users a cast
  <S extends StateStore> S getStateStore(String name);

  /**
   * Calls {@code callback} every {@code interval}. By stream time the first call comes with the
   * first record, the next ones when the time has passed a whole number of intervals since; where
   * the time jumps over several, there is one call. By wall-clock time the first call comes one
   * interval from now.
   *
   * @throws IllegalArgumentException if the interval is shorter than a millisecond
   */
  Cancellable schedule(Duration interval, PunctuationType type, Punctuator callback);

  /**
   * Calls {@code callback} at {@code startTime}, then every {@code interval}; calls missed before
   * now are left out.
   *
   * @throws IllegalArgumentException if the interval is shorter than a millisecond
   */
  Cancellable schedule(
      Instant startTime, Duration interval, PunctuationType type, Punctuator callback);

  /** Asks for a commit as soon as possible, not before the current call returns. */
  void commit();

  /** The system's clock, in milliseconds since the epoch; the same within one call. */
  long currentSystemTimeMs();

  /** The highest timestamp that the task has seen, in milliseconds since the epoch; -1 if none. */
  long currentStreamTimeMs();

  /** Counts the current record as skipped by this node. */
  void countSkipped(SkipReason reason);
}
