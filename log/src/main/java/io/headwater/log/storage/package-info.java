/**
 * The seam between a log and its files, and the ways in which files fail.
 *
 * <p>{@link io.headwater.log.storage.Storage} is a small file system: a real disk, memory, or in
 * tests one that fails when told to. All that a log writes goes through it, so that every disk
 * failure can be played. Failures are unchecked {@link io.headwater.log.storage.LogException}s that
 * name the file.
 */
@NullMarked
package io.headwater.log.storage;

import org.jspecify.annotations.NullMarked;
