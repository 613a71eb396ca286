/**
 * Local state stores: what a processor keeps between records.
 *
 * <p>A store is three independent choices. How records are laid out under keys: {@link
 * io.headwater.state.KeyValueStore} keeps one value a key, {@link io.headwater.state.WindowStore}
 * one a key and window. What stands around the bytes: a changelog, or none. Where the bytes live:
 * in the changelog itself with an index on the heap (the default), or on the heap; {@link
 * io.headwater.state.bytes} has that half.
 *
 * <p>A store belongs to one task and one thread at a time. What it is told takes effect for that
 * task at once and for everybody else at the task's commit; what was told since the last commit is
 * forgotten if the task aborts. Other threads read a view of the committed state. {@link
 * io.headwater.state.task} is the side of a store that the task's runtime drives.
 *
 * <p>{@link io.headwater.state.Stores} makes the builders.
 */
@NullMarked
package io.headwater.state;

import org.jspecify.annotations.NullMarked;
