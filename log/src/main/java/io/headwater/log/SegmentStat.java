package io.headwater.log;

/**
 * How large one segment of a log is. Segments are the files that a log consists of, in order;
 * deleting all messages of one frees its files as they are.
 *
 * @param baseOffset the first offset it may have
 * @param nextOffset the offset that the next segment begins with, or would
 * @param messages how many messages can be read
 * @param bytes the size of its messages and of its index files; those of the newest segment are
 *     written when the log is closed
 * @param maxTimestampMs the highest timestamp of its messages; -1 if there is none
 */
public record SegmentStat(
    long baseOffset, long nextOffset, long messages, long bytes, long maxTimestampMs) {}
