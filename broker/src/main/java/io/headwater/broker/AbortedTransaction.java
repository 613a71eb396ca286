package io.headwater.broker;

/**
 * The part of an aborted transaction that lies in one partition.
 *
 * @param lastOffset of its marker
 * @param lastStableOffset of the partition once the marker was there
 */
record AbortedTransaction(
    long producerId, long firstOffset, long lastOffset, long lastStableOffset) {}
