package io.headwater.streams.runtime;

import io.headwater.state.StateStore;
import io.headwater.state.task.TaskStore;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The stores of one task, in the order in which the topology's nodes use them. A store of the
 * user's own kind that is no {@link TaskStore} is flushed and closed, and keeps what an abort takes
 * back from the others.
 */
final class TaskStores {
  private final Map<String, StateStore> stores = new LinkedHashMap<>();

  void add(StateStore store) {
    stores.put(store.name(), store);
  }

  Map<String, StateStore> byName() {
    return stores;
  }

  /**
   * Writes out what the stores hold back. What one forwards can change another one, also one that
   * was flushed before it; after as many rounds as there are stores no change is left.
   */
  void flush() {
    for (int round = 0; round < stores.size(); round++) {
      stores.values().forEach(StateStore::flush);
    }
  }

  void commit() {
    forEachTaskStore(TaskStore::commit);
  }

  void abort() {
    forEachTaskStore(TaskStore::abort);
  }

  /** Lets each store for which it has become worth while shorten its next restore; any thread. */
  void checkpointIfDue() {
    forEachTaskStore(
        store -> {
          if (store.checkpointDue()) {
            store.checkpoint();
          }
        });
  }

  /** Lets the next restore of each store be short. */
  void checkpoint() {
    forEachTaskStore(TaskStore::checkpoint);
  }

  private void forEachTaskStore(Consumer<TaskStore> action) {
    for (StateStore store : stores.values()) {
      if (store instanceof TaskStore taskStore) {
        action.accept(taskStore);
      }
    }
  }

  void close() {
    stores.values().forEach(StateStore::close);
  }
}
