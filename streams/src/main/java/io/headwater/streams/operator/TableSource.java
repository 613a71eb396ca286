package io.headwater.streams.operator;

import io.headwater.state.task.Cell;
import io.headwater.state.task.KeyValueCells;
import io.headwater.streams.processor.ProcessorContext;
import io.headwater.streams.processor.Record;
import io.headwater.streams.processor.SkipReason;

/** Takes each record as an update of a stored table. */
public final class TableSource<K, V> extends ForwardingProcessor<K, V, K, Change<V>> {
  private final String storeName;
  private final boolean sendOldValues;

  @SuppressWarnings("NullAway.Init") // set by init, before any record
  private KeyValueCells<K, V> store;

  @SuppressWarnings("NullAway.Init") // set by init, before any record
  private TableForwarder<K, V> forwarder;

  public TableSource(String storeName, boolean sendOldValues) {
    this.storeName = storeName;
    this.sendOldValues = sendOldValues;
  }

  @Override
  public void init(ProcessorContext<K, Change<V>> context) {
    super.init(context);
    store = Stored.keyValues(context, storeName);
    forwarder = TableForwarder.of(store, context, sendOldValues);
  }

  @Override
  public void process(Record<K, V> record) {
    K key = record.key();
    if (key == null) {
      context.countSkipped(SkipReason.NULL_KEY);
      return;
    }
    Cell<V> cell = store.cell(key);
    V old = cell.value();
    V value = record.value();
    cell.set(value, record.timestamp());
    forwarder.update(key, value, old, record.timestamp(), record.headers());
  }
}
