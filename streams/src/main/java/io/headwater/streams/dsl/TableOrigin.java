package io.headwater.streams.dsl;

import static io.headwater.streams.dsl.GraphNode.each;

import io.headwater.streams.kstream.ValueMapperWithKey;
import io.headwater.streams.operator.TableMap;
import io.headwater.streams.operator.TableReader;
import io.headwater.streams.operator.TableSource;
import io.headwater.streams.operator.UnstoredTableSource;
import io.headwater.streams.plan.PlanBuilder;
import io.headwater.streams.processor.ProcessorSupplier;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where a table's updates come from. What it does can still change until it is written. */
interface TableOrigin<K, V> {
  /**
   * Asks that updates carry the old values.
   *
   * @param stored whether a table may be stored for it that is not yet
   * @return whether they will
   */
  boolean sendOldValues(boolean stored);

  /** The table to be looked into; has it stored if it cannot be worked out. */
  TableReader.Source<K, V> readable();

  /** Writes the node that forwards the updates. */
  void write(PlanBuilder builder, String name, List<String> parents);

  /** Records of a topic or stream. Stored only if somebody looks into it or asks for old values. */
  final class Source<K, V> implements TableOrigin<K, V> {
    private final StoreSpec<K, V> store;
    private boolean stored;
    private boolean sendOldValues;

    Source(StoreSpec<K, V> store, boolean stored) {
      this.store = store;
      this.stored = stored;
    }

    @Override
    public boolean sendOldValues(boolean mayStore) {
      stored |= mayStore;
      sendOldValues |= stored;
      return stored;
    }

    @Override
    public TableReader.Source<K, V> readable() {
      stored = true;
      return new TableReader.KeyValues<>(store.name());
    }

    @Override
    public void write(PlanBuilder builder, String name, List<String> parents) {
      if (!stored) {
        builder.addProcessor(name, parents, each(UnstoredTableSource<K, V>::new));
        return;
      }
      boolean oldValues = sendOldValues;
      builder.addProcessor(
          name, parents, each(() -> new TableSource<K, V>(store.name(), oldValues)));
      builder.addStateStore(store, List.of(name));
    }
  }

  /** An aggregation, which always has a store. */
  final class Aggregation<K, V> implements TableOrigin<K, V> {
    private final StoreSpec<?, V> store;
    private final TableReader.Source<K, V> reader;
    private final Function<Boolean, ProcessorSupplier<?, ?, ?, ?>> supplier;
    private boolean sendOldValues;

    /** An aggregation by processors that are told whether to send old values. */
    Aggregation(
        StoreSpec<?, V> store,
        TableReader.Source<K, V> reader,
        Function<Boolean, ProcessorSupplier<?, ?, ?, ?>> supplier) {
      this.store = store;
      this.reader = reader;
      this.supplier = supplier;
    }

    @Override
    public boolean sendOldValues(boolean stored) {
      sendOldValues = true;
      return true;
    }

    @Override
    public TableReader.Source<K, V> readable() {
      return reader;
    }

    @Override
    public void write(PlanBuilder builder, String name, List<String> parents) {
      builder.addProcessor(name, parents, supplier.apply(sendOldValues));
      builder.addStateStore(store, List.of(name));
    }
  }

  /** Another table, value by value; with a store only if that was asked for. */
  final class Derived<K, V, VR> implements TableOrigin<K, VR> {
    private final PlannedTable<K, V> base;
    private final ValueMapperWithKey<? super K, ? super V, ? extends VR> mapper;
    private final boolean filter;
    private final @Nullable StoreSpec<K, VR> store;
    private boolean sendOldValues;

    Derived(
        PlannedTable<K, V> base,
        ValueMapperWithKey<? super K, ? super V, ? extends VR> mapper,
        boolean filter,
        @Nullable StoreSpec<K, VR> store) {
      this.base = base;
      this.mapper = mapper;
      this.filter = filter;
      this.store = store;
      // Knowing old values spares deletions of keys that the filter never let in.
      sendOldValues = filter && base.sendOldValues(false);
    }

    @Override
    public boolean sendOldValues(boolean mayStore) {
      if (store != null || base.sendOldValues(mayStore)) {
        sendOldValues = true;
      }
      return sendOldValues;
    }

    @Override
    public TableReader.Source<K, VR> readable() {
      return store == null
          ? new TableReader.Mapped<>(base.readable(), mapper)
          : new TableReader.KeyValues<>(store.name());
    }

    @Override
    public void write(PlanBuilder builder, String name, List<String> parents) {
      boolean oldValues = sendOldValues;
      if (store == null) {
        builder.addProcessor(
            name, parents, each(() -> new TableMap<K, V, VR>(mapper, oldValues, filter)));
        return;
      }
      builder.addProcessor(
          name,
          parents,
          each(() -> new TableMap.Kept<K, V, VR>(store.name(), mapper, oldValues, filter)));
      builder.addStateStore(store, List.of(name));
    }
  }
}
