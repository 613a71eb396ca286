package io.headwater.streams.processor;

import io.headwater.serde.Headers;
import io.headwater.streams.errors.StreamsException;
import org.jspecify.annotations.Nullable;

/** A record whose key stays what it is. Only a runtime makes one from nothing. */
public final class FixedKeyRecord<K, V> {
  private final Record<K, V> record;

  private FixedKeyRecord(Record<K, V> record) {
    this.record = record;
  }

  /** For the one who calls a {@link FixedKeyProcessor}; not for the processor. */
  public static <K, V> FixedKeyRecord<K, V> of(Record<K, V> record) {
    return new FixedKeyRecord<>(record);
  }

  /** The same as a record whose key could be changed. */
  public Record<K, V> toRecord() {
    return record;
  }

  public K key() {
    return record.key();
  }

  public V value() {
    return record.value();
  }

  /** Milliseconds since the epoch. */
  public long timestamp() {
    return record.timestamp();
  }

  public Headers headers() {
    return record.headers();
  }

  public <NewV> FixedKeyRecord<K, NewV> withValue(@Nullable NewV value) {
    return new FixedKeyRecord<>(record.withValue(value));
  }

  /**
   * The same record at another time.
   *
   * @throws StreamsException if the timestamp is negative
   */
  public FixedKeyRecord<K, V> withTimestamp(long timestamp) {
    return new FixedKeyRecord<>(record.withTimestamp(timestamp));
  }

  public FixedKeyRecord<K, V> withHeaders(Headers headers) {
    return new FixedKeyRecord<>(record.withHeaders(headers));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FixedKeyRecord<?, ?> that && record.equals(that.record);
  }

  @Override
  public int hashCode() {
    return record.hashCode();
  }

  @Override
  public String toString() {
    return record.toString();
  }
}
