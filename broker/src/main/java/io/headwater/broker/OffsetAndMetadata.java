package io.headwater.broker;

/**
 * How far a group has read one partition.
 *
 * @param offset of the next record to read
 * @param metadata the reader's own note, empty if it has none
 */
public record OffsetAndMetadata(long offset, String metadata) {
  public OffsetAndMetadata {
    if (offset < 0) {
      throw new IllegalArgumentException("an offset to read on from is at least 0, was " + offset);
    }
    if (metadata.length() > Short.MAX_VALUE / 3) {
      throw new IllegalArgumentException(
          "metadata of an offset is at most %d characters, was %d"
              .formatted(Short.MAX_VALUE / 3, metadata.length()));
    }
  }

  /** An offset without a note. */
  public static OffsetAndMetadata of(long offset) {
    return new OffsetAndMetadata(offset, "");
  }
}
