package io.headwater.log;

import io.headwater.log.segment.Damage;
import java.nio.file.Path;
import java.util.List;

/** What opening a log found on disk. */
public sealed interface Recovery {
  /** Every batch that was checked is intact. */
  record Clean() implements Recovery {}

  /**
   * The tail was torn, as a crash in the middle of an append leaves it, and has been cut. Nothing
   * that was known to be forced is lost.
   *
   * @param bytesDropped how many bytes were cut, those of whole later segments included, zeros at
   *     the end of a file not
   * @param file the segment that now ends the log
   * @param position where it ends now, in bytes
   * @param reason what was wrong with the first batch that was cut
   */
  record TailCut(long bytesDropped, Path file, long position, String reason) implements Recovery {}

  /**
   * Something that had been forced to disk is not what was written. Nothing was changed; all else
   * can be read; appending is refused.
   *
   * @param parts what cannot be read, in order; at least one
   */
  record Damaged(List<Damage> parts) implements Recovery {
    public Damaged {
      parts = List.copyOf(parts);
      if (parts.isEmpty()) {
        throw new IllegalArgumentException("damage needs a place");
      }
    }
  }
}
