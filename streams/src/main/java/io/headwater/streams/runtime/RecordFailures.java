package io.headwater.streams.runtime;

import io.headwater.broker.FetchedRecords;
import io.headwater.broker.TopicPartition;
import io.headwater.serde.Headers;
import io.headwater.streams.ErrorPolicy;
import io.headwater.streams.processor.TimestampExtractor;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of one worker that have failed since they were last committed past: how often each
 * was tried, and which ones are given up, to be left out or dead-lettered when they come by again.
 * For the worker's thread only.
 */
final class RecordFailures {
  private static final Logger log = LoggerFactory.getLogger(RecordFailures.class);

  private final ErrorPolicy unreadablePolicy;
  private final RecordCollector collector;
  private final Counters counters;
  private final Map<TopicPartition, NavigableMap<Long, Failure>> failures = new HashMap<>();
  private boolean commitWanted;

  /** One record's failures. */
  private static final class Failure {
    private int tries;
    private @Nullable ErrorPolicy givenUpBy;
    private @Nullable Throwable cause;
  }

  /**
   * @param unreadablePolicy what happens to a record that cannot be turned into objects
   * @param collector where dead letters go
   */
  RecordFailures(ErrorPolicy unreadablePolicy, RecordCollector collector, Counters counters) {
    this.unreadablePolicy = unreadablePolicy;
    this.collector = collector;
    this.counters = counters;
  }

  /**
   * A record's bytes are not what its source expects: sets it aside if that is the policy.
   *
   * @throws UnreadableRecordException if the worker has to stop or try again
   */
  void unreadable(
      TopicPartition partition, FetchedRecords record, String source, RuntimeException e) {
    if (unreadablePolicy.outcome() == ErrorPolicy.Outcome.STOP
        || unreadablePolicy.retriesMax() > 0) {
      throw new UnreadableRecordException(partition, record.offset(), source, e);
    }
    setAside(partition, record, unreadablePolicy, e);
  }

  /** A record's extractor gave it a negative time, which means that it is to be left out. */
  void withoutTime(TopicPartition partition, long offset, TimestampExtractor extractor) {
    log.warn(
        "skipped the record at {} offset {}: {} gave it a negative timestamp",
        partition,
        offset,
        extractor.getClass().getName());
    counters.skipped();
  }

  /** Counts one more failed try of a record; returns how many there were. */
  int countTry(TopicPartition partition, long offset) {
    return ++of(partition, offset).tries;
  }

  /** The record is not tried again: what the policy says happens when it comes by next. */
  void giveUp(TopicPartition partition, long offset, ErrorPolicy policy, Throwable cause) {
    Failure failure = of(partition, offset);
    failure.givenUpBy = policy;
    failure.cause = cause;
  }

  private Failure of(TopicPartition partition, long offset) {
    return failures
        .computeIfAbsent(partition, absent -> new TreeMap<>())
        .computeIfAbsent(offset, absent -> new Failure());
  }

  /** The first given-up record at or after that offset, or -1. */
  long nextGivenUp(TopicPartition partition, long offset) {
    NavigableMap<Long, Failure> known = failures.get(partition);
    if (known != null) {
      for (var entry : known.tailMap(offset, true).entrySet()) {
        if (entry.getValue().givenUpBy != null) {
          return entry.getKey();
        }
      }
    }
    return -1;
  }

  /** Leaves out or dead-letters a record that was given up. */
  void setAside(TopicPartition partition, FetchedRecords record) {
    Failure failure = of(partition, record.offset());
    setAside(
        partition,
        record,
        Objects.requireNonNull(failure.givenUpBy),
        Objects.requireNonNull(failure.cause));
    commitWanted = true;
  }

  /**
   * Whether a given-up record was passed since the last commit. Committing then means that the next
   * failure takes back, and repeats, only what came after this one.
   */
  boolean commitWanted() {
    return commitWanted;
  }

  /** All that was consumed is committed or taken back. */
  void commitDone() {
    commitWanted = false;
  }

  private void setAside(
      TopicPartition partition, FetchedRecords record, ErrorPolicy policy, Throwable cause) {
    String deadLetterTopic = policy.deadLetterTopic().orElse(null);
    if (deadLetterTopic == null) {
      log.warn("skipped the record at {} offset {}: {}", partition, record.offset(), cause, cause);
      counters.skipped();
      return;
    }
    log.warn(
        "wrote the record at {} offset {} to {}: {}",
        partition,
        record.offset(),
        deadLetterTopic,
        cause.toString());
    Headers headers =
        record
            .headers()
            .add("__streams.errors.exception", text(cause.getClass().getName()))
            .add("__streams.errors.message", text(String.valueOf(cause.getMessage())))
            .add("__streams.errors.topic", text(partition.topic()))
            .add("__streams.errors.partition", text(Integer.toString(partition.partition())))
            .add("__streams.errors.offset", text(Long.toString(record.offset())));
    byte[] key = record.key();
    TopicWriter writer = collector.writer(deadLetterTopic);
    writer.write(writer.defaultPartition(key), record.timestampMs(), key, record.value(), headers);
    counters.deadLettered();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Everything before that offset is committed, or was set aside in a commit. */
  void forgetBefore(TopicPartition partition, long offset) {
    NavigableMap<Long, Failure> known = failures.get(partition);
    if (known != null) {
      known.headMap(offset, false).clear();
      if (known.isEmpty()) {
        failures.remove(partition);
      }
    }
  }
}
