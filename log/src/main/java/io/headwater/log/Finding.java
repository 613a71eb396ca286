package io.headwater.log;

import io.headwater.log.segment.Damage;
import java.nio.file.Path;

/**
 * Something in a log's folder that is not as it should be.
 *
 * @param kind what it means
 * @param file the file that it is in
 * @param from where it starts in the file, in bytes
 * @param to where it ends in the file, in bytes; past the end of a file that is too short
 * @param offsets the offsets of the records that cannot be read because of it; of a tail, those
 *     that it may have held are not known, so it is empty
 * @param reason what was found
 */
public record Finding(
    Kind kind, Path file, long from, long to, OffsetRange offsets, String reason) {
  /** What a finding means. */
  public enum Kind {
    /**
     * Records that had been forced to disk are not what was written. Nothing can bring them back;
     * all others can be read.
     */
    DAMAGED,
    /**
     * The log ends with something that is no whole batch, or does not follow what is before it: a
     * crash in the middle of an append. The next opening for writing cuts it off.
     */
    TORN,
    /** An index is missing or wrong. It is made again when it is needed. */
    INDEX
  }

  static Finding damaged(Damage damage) {
    return new Finding(
        Kind.DAMAGED, damage.file(), damage.from(), damage.to(), damage.offsets(), damage.reason());
  }
}
