/**
 * Kafka Streams with exactly-once semantics, on a Kafka broker that is started for the run on
 * loopback and whose data is removed after it. The broker runs on class path and JVM of its own.
 */
@NullMarked
package io.headwater.benchmarks.kafka;

import org.jspecify.annotations.NullMarked;
