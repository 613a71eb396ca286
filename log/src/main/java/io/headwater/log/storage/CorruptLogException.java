package io.headwater.log.storage;

import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The bytes of a log are not what was written. The message says where, and what was found. */
public final class CorruptLogException extends LogException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Path file;
  private final long position;
  private final long offsetAfter;

  /**
   * Bad bytes at a position of a file, or of a buffer whose file is not known.
   *
   * @param reason what was found against what was expected, and what to do
   */
  public CorruptLogException(@Nullable Path file, long position, String reason) {
    this(file, position, reason, -1);
  }

  /**
   * As the other one, where it is known how far the damage goes.
   *
   * @param offsetAfter the offset after the records that are damaged, or -1
   */
  public CorruptLogException(@Nullable Path file, long position, String reason, long offsetAfter) {
    super(
        "%s at byte %d: %s"
            .formatted(
                file == null ? "record batches in memory" : shortName(file), position, reason));
    this.file = file;
    this.position = position;
    this.offsetAfter = offsetAfter;
  }

  /** The damaged file; null where the bytes came from memory. */
  public @Nullable Path file() {
    return file;
  }

  /** The offset from which reading can go on; empty if that is not known. */
  public OptionalLong offsetAfter() {
    return offsetAfter < 0 ? OptionalLong.empty() : OptionalLong.of(offsetAfter);
  }

  /** The first byte of the damaged batch or entry, in bytes from the start of the file. */
  public long position() {
    return position;
  }
}
