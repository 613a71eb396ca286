package io.headwater.streams.operator;

import io.headwater.state.task.Cell;
import io.headwater.state.task.KeyValueCells;
import io.headwater.streams.errors.StreamsException;
import io.headwater.streams.kstream.Aggregator;
import io.headwater.streams.kstream.Initializer;
import io.headwater.streams.processor.ProcessorContext;
import io.headwater.streams.processor.Record;
import org.jspecify.annotations.Nullable;

/** Takes what leaves a group out of its aggregate, and what enters it in. */
public final class TableAggregate<K, V, VR>
    extends ForwardingProcessor<K, Change<V>, K, Change<VR>> {
  private final String storeName;
  private final Initializer<VR> initializer;
  private final Aggregator<? super K, ? super V, VR> adder;
  private final Aggregator<? super K, ? super V, VR> subtractor;
  private final boolean sendOldValues;

  @SuppressWarnings("NullAway.Init") // set by init, before any record
  private KeyValueCells<K, VR> store;

  @SuppressWarnings("NullAway.Init") // set by init, before any record
  private TableForwarder<K, VR> forwarder;

  public TableAggregate(
      String storeName,
      Initializer<VR> initializer,
      Aggregator<? super K, ? super V, VR> adder,
      Aggregator<? super K, ? super V, VR> subtractor,
      boolean sendOldValues) {
    this.storeName = storeName;
    this.initializer = initializer;
    this.adder = adder;
    this.subtractor = subtractor;
    this.sendOldValues = sendOldValues;
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
    if (key == null) {
      throw new StreamsException("a record for the table stored in " + storeName + " has no key");
    }
    Cell<VR> cell = store.cell(key);
    VR old = cell.value();
    V leaving = record.value().oldValue();
    V entering = record.value().newValue();
    VR updated = old;
    long timestampMs = record.timestamp();
    if (old != null && (leaving != null || entering != null)) {
      timestampMs = Math.max(timestampMs, cell.timestampMs());
    }
    if (leaving != null && old != null) {
      updated = subtractor.apply(key, leaving, old);
    }
    if (entering != null) {
      updated = adder.apply(key, entering, Nulls.pass(started(updated)));
    }
    cell.set(updated, updated == null ? record.timestamp() : timestampMs);
    forwarder.update(key, updated, old, timestampMs, record.headers());
  }

  private @Nullable VR started(@Nullable VR aggregate) {
    return aggregate == null ? initializer.apply() : aggregate;
  }
}
