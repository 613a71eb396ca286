/**
 * What a topology is, as immutable data: the nodes, stores and internal topics that a runtime
 * compiles, and the calls of the streams DSL that led to them.
 *
 * <p>{@link io.headwater.streams.plan.PlanBuilder} checks and collects; {@link
 * io.headwater.streams.plan.Plan} is the result. Topics are named as the program names them: an
 * internal topic gets its application's prefix from {@link
 * io.headwater.streams.plan.Plan#topicName}.
 */
@NullMarked
package io.headwater.streams.plan;

import org.jspecify.annotations.NullMarked;
