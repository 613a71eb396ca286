package io.headwater.streams.operator;

import io.headwater.state.ReadOnlyKeyValueStore;
import io.headwater.state.StateStore;
import io.headwater.state.ValueAndTimestamp;
import io.headwater.state.Windowed;
import io.headwater.state.task.KeyValueCells;
import io.headwater.state.task.WindowCells;
import io.headwater.streams.errors.StreamsException;
import io.headwater.streams.kstream.ValueMapperWithKey;
import io.headwater.streams.processor.ProcessingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks up a table's values, for the task that asks. */
@FunctionalInterface
public interface TableReader<K, V> {
  /** The value of the key as it is now, or null if it has none. */
  @Nullable V get(K key);

  /** A table that can be looked into. */
  interface Source<K, V> {
    /** The stores that a node has to be connected to. */
    List<String> storeNames();

    /** A reader for the node of that context. */
    TableReader<K, V> open(ProcessingContext context);
  }

  /** A table in a key-value store of the same task. */
  record KeyValues<K, V>(String storeName) implements Source<K, V> {
    @Override
    public List<String> storeNames() {
      return List.of(storeName);
    }

    @Override
    public TableReader<K, V> open(ProcessingContext context) {
      KeyValueCells<K, V> store = Stored.keyValues(context, storeName);
      return key -> store.cell(key).value();
    }
  }

  /** A table in a window store of the same task. */
  record Windows<K, V>(String storeName) implements Source<Windowed<K>, V> {
    @Override
    public List<String> storeNames() {
      return List.of(storeName);
    }

    @Override
    public TableReader<Windowed<K>, V> open(ProcessingContext context) {
      WindowCells<K, V> store = Stored.windows(context, storeName);
      return windowed -> store.cell(windowed.key(), windowed.window().start()).value();
    }
  }

  /** A table that is worked out from another one. */
  record Mapped<K, V, VR>(
      Source<K, V> base, ValueMapperWithKey<? super K, ? super V, ? extends VR> mapper)
      implements Source<K, VR> {
    @Override
    public List<String> storeNames() {
      return base.storeNames();
    }

    @Override
    public TableReader<K, VR> open(ProcessingContext context) {
      TableReader<K, V> reader = base.open(context);
      return key -> TableMap.mapped(mapper, key, reader.get(key));
    }
  }

  /** A global table, which other threads change while it is read. */
  record Global<K, V>(String storeName) implements Source<K, V> {
    @Override
    public List<String> storeNames() {
      return List.of();
    }

    @Override
    @SuppressWarnings("unchecked") // the plan gave the store the types of its table
    public TableReader<K, V> open(ProcessingContext context) {
      StateStore store = context.getStateStore(storeName);
      if (!(store instanceof ReadOnlyKeyValueStore<?, ?>)) {
        throw new StreamsException(
            "store %s of a global table has to be a key-value store, and is a %s"
                .formatted(storeName, store.getClass().getName()));
      }
      var values = (ReadOnlyKeyValueStore<K, ValueAndTimestamp<V>>) store;
      return key -> ValueAndTimestamp.getValueOrNull(values.get(key));
    }
  }
}
