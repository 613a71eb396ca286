package io.headwater.state.bytes;

import org.jspecify.annotations.Nullable;

/**
 * One value of a key in an index: its bytes, or the place of its record in the changelog. It
 * changes only while it is uncommitted, when the owner learns its place and lets go of the bytes;
 * an entry publishes it to other threads afterwards.
 */
final class Version {
  /** What a deleted key has for the owner until the commit. */
  static final Version DELETED = new Version(0, null);

  final long timestampMs;
  private byte @Nullable [] value;
  private long segmentBase;
  private int position;
  private int sizeBytes;

  private Version(long timestampMs, byte @Nullable [] value) {
    this.timestampMs = timestampMs;
    this.value = value;
  }

  /** A version whose bytes are here. */
  static Version of(long timestampMs, byte[] value) {
    return new Version(timestampMs, value);
  }

  /** A version whose record lies there. */
  static Version at(long timestampMs, long segmentBase, int position, int sizeBytes) {
    var version = new Version(timestampMs, null);
    version.place(segmentBase, position, sizeBytes);
    return version;
  }

  /** The bytes have been written there and need not be kept. */
  void place(long segmentBase, int position, int sizeBytes) {
    this.segmentBase = segmentBase;
    this.position = position;
    this.sizeBytes = sizeBytes;
    value = null;
  }

  /** The bytes, or null if the record has to be read. */
  byte @Nullable [] value() {
    return value;
  }

  long segmentBase() {
    return segmentBase;
  }

  int position() {
    return position;
  }

  int sizeBytes() {
    return sizeBytes;
  }
}
