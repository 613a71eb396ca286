package io.headwater.log;

import io.headwater.serde.Header;
import io.headwater.serde.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message of a {@link Log}: one to be published, or one that was read. Null and empty differ, in
 * key and value. The arrays are not copied: who makes a message, or reads one, must not change them
 * while somebody else has it. Two messages are equal if all their parts are, the arrays by content.
 *
 * @param offset its number in the log; of a message that is to be published without meaning, and
 *     {@link #NO_OFFSET} as a rule
 * @param timestampMs milliseconds since 1970, or {@link #NO_TIMESTAMP}
 * @param key any bytes, or null, which is a key like any other
 * @param value any bytes, or null, which stands for a deleted value by convention
 * @param headers the headers, in order
 */
@SuppressWarnings("ArrayRecordComponent") // equals, hashCode and toString below compare the bytes
public record Message(
    long offset,
    long timestampMs,
    byte @Nullable [] key,
    byte @Nullable [] value,
    Headers headers) {
  /** The offset of a message that is in no log yet. */
  public static final long NO_OFFSET = -1;

  /** The timestamp of a message that is to get the time of its publishing. */
  public static final long NO_TIMESTAMP = -1;

  // Not in the compact form: a JDK 17 forgets there that an array may be null, and callers in other
  // modules could not pass a null.
  public Message(
      long offset,
      long timestampMs,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Headers headers) {
    this.offset = offset;
    this.timestampMs = timestampMs;
    this.key = key;
    this.value = value;
    this.headers = Objects.requireNonNull(headers, "a message without headers has Headers.EMPTY");
  }

  /** A message to be published, with the time of its publishing and no headers. */
  public static Message of(byte @Nullable [] key, byte @Nullable [] value) {
    return new Message(NO_OFFSET, NO_TIMESTAMP, key, value, Headers.EMPTY);
  }

  /** This message with another timestamp, in milliseconds since 1970. */
  public Message withTimestamp(long timestamp) {
    return new Message(offset, timestamp, key, value, headers);
  }

  /** This message with other headers. */
  public Message withHeaders(Headers others) {
    return new Message(offset, timestampMs, key, value, others);
  }

  /** The bytes of key, value and headers, without what the log adds. */
  static long contentBytes(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    long bytes = (key == null ? 0 : key.length) + (long) (value == null ? 0 : value.length);
    List<Header> list = headers.toList();
    for (int i = 0; i < list.size(); i++) {
      Header header = list.get(i);
      byte[] headerValue = header.value();
      bytes += header.key().getBytes(StandardCharsets.UTF_8).length;
      bytes += headerValue == null ? 0 : headerValue.length;
    }
    return bytes;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Message that
        && offset == that.offset
        && timestampMs == that.timestampMs
        && Arrays.equals(key, that.key)
        && Arrays.equals(value, that.value)
        && headers.equals(that.headers);
  }

  @Override
  public int hashCode() {
    int hash = Objects.hash(offset, timestampMs, headers);
    return 31 * (31 * hash + Arrays.hashCode(key)) + Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return "Message[offset=%d, timestampMs=%d, key=%s, value=%s, headers=%s]"
        .formatted(offset, timestampMs, size(key), size(value), headers);
  }

  private static String size(byte @Nullable [] bytes) {
    return bytes == null ? "null" : bytes.length + " bytes";
  }
}
