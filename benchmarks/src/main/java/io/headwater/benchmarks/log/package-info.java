/**
 * The log's cases: publishing, reading and finding messages with a key of 10 bytes and a value of
 * 128, beside other logs and stores.
 *
 * <p>A {@link io.headwater.benchmarks.log.LogCase} says what is done, {@link
 * io.headwater.benchmarks.log.LogEngine} does it and measures, for Headwater and the peers alike,
 * over a {@link io.headwater.benchmarks.log.TestedLog}, which is all that differs. Every message
 * that is read is checked.
 *
 * <p>{@link io.headwater.benchmarks.log.GrowthProbe} measures how the log does as it grows.
 *
 * <p>What is not alike: Chronicle Queue has no checksums, keys or batches; Kafka's log has no
 * lookup of one record, so a read at an offset stands for it; RocksDB finds a key's value but keeps
 * no order of arrival. All are opened with their defaults.
 */
@NullMarked
package io.headwater.benchmarks.log;

import org.jspecify.annotations.NullMarked;
