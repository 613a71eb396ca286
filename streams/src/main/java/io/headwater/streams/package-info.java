/**
 * Programs over streams of records. {@link io.headwater.streams.StreamsBuilder} describes one in
 * terms of streams and tables, {@link io.headwater.streams.Topology} node by node; both end as a
 * {@link io.headwater.streams.plan.Plan}, which a runtime compiles.
 *
 * <p>Names, signatures and semantics are Kafka Streams'.
 */
@NullMarked
package io.headwater.streams;

import org.jspecify.annotations.NullMarked;
