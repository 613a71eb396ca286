package io.headwater.state;

import io.headwater.state.bytes.ByteStore;

/**
 * Where the bytes of a store live. To bring a place of one's own, implement one of the two kinds.
 */
public interface StoreSupplier {
  /** The name of the store. */
  String name();

  /**
   * Opens the bytes in a task, restored from the context's changelog if it has one. The store that
   * is answered writes its changes there: a place that does not by itself is wrapped in {@link
   * io.headwater.state.bytes.LoggedStore}.
   */
  ByteStore open(StoreContext context);
}
