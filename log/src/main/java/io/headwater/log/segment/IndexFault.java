package io.headwater.log.segment;

import java.nio.file.Path;

/**
 * Something wrong with an index.
 *
 * @param file the index file
 * @param from where the wrong entry starts in it, in bytes
 * @param to where it ends
 * @param reason what was found
 */
public record IndexFault(Path file, long from, long to, String reason) {}
