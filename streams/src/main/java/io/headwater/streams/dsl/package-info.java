/**
 * How the calls of the streams DSL become a plan.
 *
 * <p>{@link io.headwater.streams.dsl.Graph} collects what the calls ask for: the {@code Planned}
 * classes are the streams and tables it hands out, and each of their methods adds nodes to it. What
 * a node becomes is settled only when the plan is built, because a later call can change it: a join
 * makes a table stored that was not, a grouping makes it forward old values.
 *
 * <p>Names, and the numbers in generated ones, follow Kafka Streams to the letter, so that stores
 * and topics carry the same names there; where it uses up a number without need, so does this.
 */
@NullMarked
package io.headwater.streams.dsl;

import org.jspecify.annotations.NullMarked;
