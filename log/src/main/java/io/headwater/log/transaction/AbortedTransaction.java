package io.headwater.log.transaction;

/**
 * The part of an aborted transaction that lies in one partition.
 *
 * @param lastOffset of its marker
 * @param lastStableOffset of the partition once the marker was there
 */
public record AbortedTransaction(
    long producerId, long firstOffset, long lastOffset, long lastStableOffset) {}
