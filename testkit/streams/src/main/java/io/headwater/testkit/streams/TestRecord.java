package io.headwater.testkit.streams;

import io.headwater.serde.Headers;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A record that a test writes to a topic or has read from one. */
public final class TestRecord<K, V> {
  private final @Nullable K key;
  private final @Nullable V value;
  private final Headers headers;
  private final @Nullable Instant recordTime;

  /**
   * A record.
   *
   * @param recordTime null to take the input topic's own time
   */
  public TestRecord(
      @Nullable K key, @Nullable V value, Headers headers, @Nullable Instant recordTime) {
    this.key = key;
    this.value = value;
    this.headers = headers;
    this.recordTime = recordTime;
  }

  /** A record of that time, in milliseconds since the epoch. */
  public TestRecord(@Nullable K key, @Nullable V value, Headers headers, long timestampMs) {
    this(key, value, headers, Instant.ofEpochMilli(timestampMs));
  }

  public TestRecord(@Nullable K key, @Nullable V value, Instant recordTime) {
    this(key, value, Headers.EMPTY, recordTime);
  }

  public TestRecord(@Nullable K key, @Nullable V value, Headers headers) {
    this(key, value, headers, null);
  }

  public TestRecord(@Nullable K key, @Nullable V value) {
    this(key, value, Headers.EMPTY, null);
  }

  /** A record without a key. */
  public TestRecord(@Nullable V value) {
    this(null, value);
  }

  public @Nullable K key() {
    return key;
  }

  public @Nullable V value() {
    return value;
  }

  public Headers headers() {
    return headers;
  }

  /** Milliseconds since the epoch; null if the input topic is to give the record its time. */
  public @Nullable Long timestamp() {
    return recordTime == null ? null : recordTime.toEpochMilli();
  }

  /** The record's time; null if the input topic is to give it one. */
  public @Nullable Instant recordTime() {
    return recordTime;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TestRecord<?, ?> that
        && Objects.equals(key, that.key)
        && Objects.equals(value, that.value)
        && headers.equals(that.headers)
        && Objects.equals(recordTime, that.recordTime);
  }

  @Override
  public int hashCode() {
    return Objects.hash(key, value, headers, recordTime);
  }

  @Override
  public String toString() {
    return "TestRecord[key=%s, value=%s, headers=%s, recordTime=%s]"
        .formatted(key, value, headers, recordTime);
  }
}
