/**
 * Measures Headwater beside its peers, in one run: {@code benchmarks/run}. The log's cases are in
 * {@code log}; the rest is beside Kafka Streams.
 *
 * <p>Every one of those cases is done by both sides from topic to topic, exactly once, with 2
 * partitions, 2 threads and a commit every 100 ms, on the same events, each side in a JVM of its
 * own with a heap of the same size. They take turns, so that what the machine does meanwhile hits
 * both, and what counts is the ratio of two rounds that were made one right after the other. Each
 * round's output is read back and compared with what it has to be.
 *
 * <p>What is not alike: Kafka Streams' records pass a broker, in one more JVM, over TCP; its broker
 * does not force its files to the disk, while Headwater does at each commit.
 */
@NullMarked
package io.headwater.benchmarks;

import org.jspecify.annotations.NullMarked;
