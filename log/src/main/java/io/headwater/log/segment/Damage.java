package io.headwater.log.segment;

import io.headwater.log.OffsetRange;
import java.nio.file.Path;

/**
 * A part of a segment that had been forced to disk and is no longer what was written.
 *
 * @param file the segment's file
 * @param from where it starts in the file, in bytes
 * @param to where reading can go on, in bytes; may be past the end of a file that became shorter
 * @param offsets the offsets of the records that cannot be read
 * @param reason what was found
 */
public record Damage(Path file, long from, long to, OffsetRange offsets, String reason) {}
