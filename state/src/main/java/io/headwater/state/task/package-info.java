/**
 * The side of a store that belongs to the runtime of its task: commit, abort, checkpoints, hearing
 * what a flush wrote, and access to one key's value without a copy. Not an API for topologies; it
 * may change with any release.
 */
@NullMarked
package io.headwater.state.task;

import org.jspecify.annotations.NullMarked;
