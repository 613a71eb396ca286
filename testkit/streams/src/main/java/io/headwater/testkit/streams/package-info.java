/**
 * Tests of topologies without threads, files or waiting: {@link
 * io.headwater.testkit.streams.TopologyTestDriver} runs a topology as an application would, on
 * topics in memory and a clock that stands still until the test moves it. Names and behaviour are
 * those of Kafka Streams' test driver.
 */
@NullMarked
package io.headwater.testkit.streams;

import org.jspecify.annotations.NullMarked;
