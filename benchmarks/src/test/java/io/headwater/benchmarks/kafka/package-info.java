/** The cases in Kafka Streams. */
@NullMarked
package io.headwater.benchmarks.kafka;

import org.jspecify.annotations.NullMarked;
