/**
 * What both sides of a benchmark do: the {@link io.headwater.benchmarks.workload.Case}s, the {@link
 * io.headwater.benchmarks.workload.Workload} that is their input, and the {@link
 * io.headwater.benchmarks.workload.Outcome} that says whether they did the same. Nothing here knows
 * either side.
 *
 * <p>An event has a key of 10 bytes, its user, and a value of 100 bytes. Integers are big-endian.
 *
 * <pre>
 * value   = timeMs:i64  user:i32  kind:i32  amount:f64  padding:76      kind: 0 to 999, in turn
 * profile = user:i32  factor:f64  padding:20                            one a user, in a table
 * </pre>
 */
@NullMarked
package io.headwater.benchmarks.workload;

import org.jspecify.annotations.NullMarked;
