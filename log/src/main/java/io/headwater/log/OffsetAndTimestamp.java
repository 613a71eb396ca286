package io.headwater.log;

/**
 * Where a message is.
 *
 * @param offset its offset
 * @param timestampMs its timestamp, in milliseconds since 1970
 */
public record OffsetAndTimestamp(long offset, long timestampMs) {}
