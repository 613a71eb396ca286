package io.headwater.streams.operator;

import io.headwater.state.StateStore;
import io.headwater.state.task.KeyValueCells;
import io.headwater.state.task.WindowCells;
import io.headwater.streams.errors.StreamsException;
import io.headwater.streams.processor.ProcessingContext;

/** The stores of operators, as what operators need. */
final class Stored {
  private Stored() {}

  @SuppressWarnings("unchecked") // the plan gave the store the types of its operator
  static <K, V> KeyValueCells<K, V> keyValues(ProcessingContext context, String name) {
    StateStore store = context.getStateStore(name);
    if (store instanceof KeyValueCells<?, ?> cells) {
      return (KeyValueCells<K, V>) cells;
    }
    throw new StreamsException(
        "store %s of a table has to be a key-value store made by Stores, and is a %s"
            .formatted(name, store.getClass().getName()));
  }

  @SuppressWarnings("unchecked") // the plan gave the store the types of its operator
  static <K, V> WindowCells<K, V> windows(ProcessingContext context, String name) {
    StateStore store = context.getStateStore(name);
    if (store instanceof WindowCells<?, ?> cells) {
      return (WindowCells<K, V>) cells;
    }
    throw new StreamsException(
        "store %s of a windowed table has to be a window store made by Stores, and is a %s"
            .formatted(name, store.getClass().getName()));
  }
}
