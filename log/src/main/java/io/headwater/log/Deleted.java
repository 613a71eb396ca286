package io.headwater.log;

/**
 * What a deletion did.
 *
 * @param offsets the offsets whose messages were there, and are gone
 * @param bytesFreed how many bytes left the disk, of the log and its indexes
 */
public record Deleted(OffsetSet offsets, long bytesFreed) {
  /** Nothing was deleted. */
  public static final Deleted NOTHING = new Deleted(OffsetSet.EMPTY, 0);

  /** Both together. */
  public Deleted plus(Deleted other) {
    return new Deleted(offsets.plus(other.offsets), bytesFreed + other.bytesFreed);
  }
}
