package io.headwater.log;

/**
 * How large a log is.
 *
 * @param segments how many files its messages are in; an open log has at least one
 * @param messages how many messages can be read
 * @param bytes the size of the messages and of the files of all indexes; those of the newest
 *     segment are written when the log is closed
 */
public record LogStat(int segments, long messages, long bytes) {}
