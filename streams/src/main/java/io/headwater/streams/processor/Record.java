package io.headwater.streams.processor;

import io.headwater.serde.Headers;
import io.headwater.streams.errors.StreamsException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A record on its way between two nodes. Immutable, though its key and value may not be: who
 * changes those changes them for every node that was handed the same record.
 *
 * <p>Key and value can be null where their types say so.
 */
@SuppressWarnings("JavaLangClash") // Kafka Streams' name, which its users look for
public final class Record<K, V> {
  private final @Nullable K key;
  private final @Nullable V value;
  private final long timestamp;
  private final Headers headers;

  /**
   * A record.
   *
   * @param timestamp milliseconds since the epoch
   * @throws StreamsException if the timestamp is negative
   */
  public Record(@Nullable K key, @Nullable V value, long timestamp, Headers headers) {
    if (timestamp < 0) {
      throw new StreamsException(
          "a record's timestamp cannot be negative, was %d (key %s)".formatted(timestamp, key));
    }
    this.key = key;
    this.value = value;
    this.timestamp = timestamp;
    this.headers = headers;
  }

  /** A record without headers. */
  public Record(@Nullable K key, @Nullable V value, long timestamp) {
    this(key, value, timestamp, Headers.EMPTY);
  }

  @SuppressWarnings("NullAway") // whether it can be null is for the type argument to say
  public K key() {
    return key;
  }

  @SuppressWarnings("NullAway") // whether it can be null is for the type argument to say
  public V value() {
    return value;
  }

  /** Milliseconds since the epoch. */
  public long timestamp() {
    return timestamp;
  }

  public Headers headers() {
    return headers;
  }

  public <NewK> Record<NewK, V> withKey(@Nullable NewK key) {
    return new Record<>(key, value, timestamp, headers);
  }

  public <NewV> Record<K, NewV> withValue(@Nullable NewV value) {
    return new Record<>(key, value, timestamp, headers);
  }

  /**
   * The same record at another time.
   *
   * @throws StreamsException if the timestamp is negative
   */
  public Record<K, V> withTimestamp(long timestamp) {
    return new Record<>(key, value, timestamp, headers);
  }

  public Record<K, V> withHeaders(Headers headers) {
    return new Record<>(key, value, timestamp, headers);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Record<?, ?> that
        && timestamp == that.timestamp
        && Objects.equals(key, that.key)
        && Objects.equals(value, that.value)
        && headers.equals(that.headers);
  }

  @Override
  public int hashCode() {
    return Objects.hash(key, value, timestamp, headers);
  }

  @Override
  public String toString() {
    return "Record{key=%s, value=%s, timestamp=%d, headers=%s}"
        .formatted(key, value, timestamp, headers);
  }
}
