package io.headwater.streams.operator;

import io.headwater.state.task.Cell;
import io.headwater.state.task.KeyValueCells;
import io.headwater.streams.kstream.ValueMapperWithKey;
import io.headwater.streams.processor.ProcessorContext;
import io.headwater.streams.processor.Record;
import org.jspecify.annotations.Nullable;

/**
 * Makes a table of another one, value by value: one that the function makes null of is not in it.
 */
public final class TableMap<K, V, VR> extends ForwardingProcessor<K, Change<V>, K, Change<VR>> {
  private final ValueMapperWithKey<? super K, ? super V, ? extends VR> mapper;
  private final boolean sendOldValues;
  private final boolean absentToAbsentDropped;

  /**
   * A map by that function.
   *
   * @param sendOldValues whether old values are worked out too
   * @param absentToAbsentDropped whether an update is dropped whose old value is known and that
   *     leaves the key out of the table as it was before
   */
  public TableMap(
      ValueMapperWithKey<? super K, ? super V, ? extends VR> mapper,
      boolean sendOldValues,
      boolean absentToAbsentDropped) {
    this.mapper = mapper;
    this.sendOldValues = sendOldValues;
    this.absentToAbsentDropped = absentToAbsentDropped && sendOldValues;
  }

  @Override
  public void process(Record<K, Change<V>> record) {
    Change<V> change = record.value();
    VR updated = mapped(mapper, record.key(), change.newValue());
    VR old = sendOldValues ? mapped(mapper, record.key(), change.oldValue()) : null;
    if (!absentToAbsentDropped || updated != null || old != null) {
      context.forward(record.withValue(new Change<VR>(updated, old)));
    }
  }

  static <K, V, VR> @Nullable VR mapped(
      ValueMapperWithKey<? super K, ? super V, ? extends VR> mapper, K key, @Nullable V value) {
    return value == null ? null : mapper.apply(key, value);
  }

  /** The same, with a store that has the result. */
  public static final class Kept<K, V, VR>
      extends ForwardingProcessor<K, Change<V>, K, Change<VR>> {
    private final String storeName;
    private final ValueMapperWithKey<? super K, ? super V, ? extends VR> mapper;
    private final boolean sendOldValues;
    private final boolean absentToAbsentDropped;

    @SuppressWarnings("NullAway.Init") // set by init, before any record
    private KeyValueCells<K, VR> store;

    @SuppressWarnings("NullAway.Init") // set by init, before any record
    private TableForwarder<K, VR> forwarder;

    public Kept(
        String storeName,
        ValueMapperWithKey<? super K, ? super V, ? extends VR> mapper,
        boolean sendOldValues,
        boolean absentToAbsentDropped) {
      this.storeName = storeName;
      this.mapper = mapper;
      this.sendOldValues = sendOldValues;
      this.absentToAbsentDropped = absentToAbsentDropped && sendOldValues;
    }

    @Override
    public void init(ProcessorContext<K, Change<VR>> context) {
      super.init(context);
      store = Stored.keyValues(context, storeName);
      forwarder = TableForwarder.of(store, context, sendOldValues);
    }

    @Override
    public void process(Record<K, Change<V>> record) {
      K key = record.key();
      VR updated = mapped(mapper, key, record.value().newValue());
      Cell<VR> cell = store.cell(key);
      VR old = sendOldValues ? cell.value() : null;
      if (absentToAbsentDropped && updated == null && old == null) {
        return;
      }
      cell.set(updated, record.timestamp());
      forwarder.update(key, updated, old, record.timestamp(), record.headers());
    }
  }
}
