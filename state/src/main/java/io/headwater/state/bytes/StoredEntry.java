package io.headwater.state.bytes;

/**
 * An entry of a scan. What it answers was settled when the scan came to it; the bytes of the value
 * may be read from disk only when they are asked for.
 */
public interface StoredEntry {
  byte[] key();

  byte[] value();

  /** The value's own time, in milliseconds since 1970 (UTC). */
  long timestampMs();
}
