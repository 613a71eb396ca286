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
  public Change {
    Objects.requireNonNull(key, "key");
  }
}
