package io.headwater.benchmarks.report;

/**
 * How an embedded application starts and rests.
 *
 * @param firstRecordMs from opening the folder to the first record out, in a warm JVM
 * @param idleHeapBytes the heap in use after a full collection, with nothing to do
 */
public record StartResult(Spread firstRecordMs, long idleHeapBytes) {}
