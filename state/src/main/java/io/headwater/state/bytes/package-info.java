/**
 * Stores of bytes: the contract below every typed store, and the places where its bytes can live.
 *
 * <p>{@link io.headwater.state.bytes.ByteStore} is the contract: {@code get}, {@code scan}, {@code
 * apply(changes)}, and the commit or abort of what was applied. Its users share one rule on arrays:
 * an array given to a store is the store's from then on, and an array that a store answers is the
 * caller's.
 */
@NullMarked
package io.headwater.state.bytes;

import org.jspecify.annotations.NullMarked;
