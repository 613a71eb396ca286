package io.headwater.state.bytes;

/**
 * A value as a store keeps it.
 *
 * @param value its bytes, possibly none
 * @param timestampMs the value's own time, in milliseconds since 1970 (UTC)
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record StoredValue(byte[] value, long timestampMs) {}
