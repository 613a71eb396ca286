package io.headwater.log;

import io.headwater.serde.Headers;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message of a {@link TypedLog}: a {@link Message} whose key and value are objects.
 *
 * @param offset its number in the log; of a message that is to be published without meaning
 * @param timestampMs milliseconds since 1970, or {@link Message#NO_TIMESTAMP}
 * @param key the key, or null for the null key
 * @param value the value, or null, which stands for a deleted value by convention
 * @param headers the headers, in order
 */
public record TypedMessage<K, V>(
    long offset, long timestampMs, @Nullable K key, @Nullable V value, Headers headers) {
  // Not in the compact form: a JDK 17 forgets there that key and value may be null.
  public TypedMessage(
      long offset, long timestampMs, @Nullable K key, @Nullable V value, Headers headers) {
    this.offset = offset;
    this.timestampMs = timestampMs;
    this.key = key;
    this.value = value;
    this.headers = Objects.requireNonNull(headers, "a message without headers has Headers.EMPTY");
  }

  /** A message to be published, with the time of its publishing and no headers. */
  public static <K, V> TypedMessage<K, V> of(@Nullable K key, @Nullable V value) {
    return new TypedMessage<>(Message.NO_OFFSET, Message.NO_TIMESTAMP, key, value, Headers.EMPTY);
  }

  /** This message with another timestamp, in milliseconds since 1970. */
  public TypedMessage<K, V> withTimestamp(long timestamp) {
    return new TypedMessage<>(offset, timestamp, key, value, headers);
  }

  /** This message with other headers. */
  public TypedMessage<K, V> withHeaders(Headers others) {
    return new TypedMessage<>(offset, timestampMs, key, value, others);
  }
}
