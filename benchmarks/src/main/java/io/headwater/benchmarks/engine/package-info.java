/**
 * A side of the comparison: an {@link io.headwater.benchmarks.engine.Engine} in a JVM of its own,
 * which stays warm between rounds.
 *
 * <p>{@link io.headwater.benchmarks.engine.EngineProcess} starts and asks, {@link
 * io.headwater.benchmarks.engine.EngineServer} answers, one line each on standard input and output;
 * whatever else an engine prints goes to a log file. The process ends when its input does, so that
 * it never outlives who started it.
 *
 * <pre>
 * asked      answered
 * load       loaded
 * round N    round NANOS RECORDS KEYS CHECKSUM
 *            failed MESSAGE                       and answers nothing more
 * </pre>
 */
@NullMarked
package io.headwater.benchmarks.engine;

import org.jspecify.annotations.NullMarked;
