package io.headwater.state.bytes;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is to become of a key.
 *
 * @param key the key, never null
 * @param value its new value, possibly of no bytes; null deletes the key
 * @param timestampMs the new value's own time, in milliseconds since 1970 (UTC)
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record Change(byte[] key, byte @Nullable [] value, long timestampMs) {
  // Not in the compact form: a JDK 17 forgets there that an array may be null, and callers in other
  // modules could not pass a null.
  public Change(byte[] key, byte @Nullable [] value, long timestampMs) {
    this.key = Objects.requireNonNull(key, "key");
    this.value = value;
    this.timestampMs = timestampMs;
  }
}
