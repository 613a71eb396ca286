/**
 * How a topology runs. Not an API: it may change with any release.
 *
 * <p>A {@link io.headwater.streams.runtime.RunningTopology} is a plan that has been given a broker.
 * It has workers; a worker has tasks, one thread's work and one transaction; a task is a
 * sub-topology over one partition of its input: inputs, a graph of operators that call each other,
 * stores. The way of a record: an input fetches committed batches and turns each record into
 * objects; the task takes the oldest head among its inputs and hands it to the operators after the
 * source; sinks serialize what comes out into one batch per partition; when the worker commits,
 * stores write their changes, and with the rest of the batches and the new positions all of it
 * becomes visible as one.
 */
@NullMarked
package io.headwater.streams.runtime;

import org.jspecify.annotations.NullMarked;
