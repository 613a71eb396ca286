package io.headwater.streams.operator;

import io.headwater.state.task.KeyValueCells;
import io.headwater.streams.processor.Processor;
import io.headwater.streams.processor.ProcessorContext;
import io.headwater.streams.processor.Record;
import io.headwater.streams.processor.SkipReason;

/** Writes each record of a global table's topic into its store. */
public final class GlobalTableUpdate<K, V> implements Processor<K, V, Void, Void> {
  private final String storeName;

  @SuppressWarnings("NullAway.Init") // set by init, before any record
  private KeyValueCells<K, V> store;

  @SuppressWarnings("NullAway.Init") // set by init, before any record
  private ProcessorContext<Void, Void> context;

  public GlobalTableUpdate(String storeName) {
    this.storeName = storeName;
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    this.context = context;
    store = Stored.keyValues(context, storeName);
  }

  @Override
  public void process(Record<K, V> record) {
    if (record.key() == null) {
      context.countSkipped(SkipReason.NULL_KEY);
    } else {
      store.cell(record.key()).set(record.value(), record.timestamp());
    }
  }
}
