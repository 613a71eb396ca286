package io.headwater.streams;

import io.headwater.state.StateStore;
import java.util.List;

/**
 * A way to read the stores of an application from outside; {@link QueryableStoreTypes} has them.
 */
public interface QueryableStoreType<T> {
  /** Whether such a store can be read this way. */
  boolean accepts(StateStore store);

  /**
   * A view for any thread of what the stores had at their last commits.
   *
   * @param stores one for each task, by ascending partition; all accepted
   */
  T create(List<StateStore> stores);
}
