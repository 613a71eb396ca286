package io.headwater.benchmarks.workload;

/**
 * What is in an output topic.
 *
 * @param records how many records
 * @param keys how many different keys, 0 where nobody asks
 * @param checksum of the records that count, whatever their order
 */
public record Outcome(long records, long keys, long checksum) {}
