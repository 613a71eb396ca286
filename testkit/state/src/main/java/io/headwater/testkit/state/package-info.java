/**
 * The contract that every place for a store's bytes passes. To test one of your own, extend {@link
 * io.headwater.testkit.state.ByteStoreContract} and say how to open it.
 */
@NullMarked
package io.headwater.testkit.state;

import org.jspecify.annotations.NullMarked;
