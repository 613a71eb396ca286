package io.headwater.streams.operator;

import io.headwater.state.task.Cell;
import io.headwater.state.task.KeyValueCells;
import io.headwater.streams.kstream.Aggregator;
import io.headwater.streams.kstream.Initializer;
import io.headwater.streams.processor.ProcessorContext;
import io.headwater.streams.processor.Record;
import io.headwater.streams.processor.SkipReason;

/** Takes each record into the aggregate of its key. */
public final class StreamAggregate<K, V, VR> extends ForwardingProcessor<K, V, K, Change<VR>> {
  private final String storeName;
  private final Initializer<VR> initializer;
  private final Aggregator<? super K, ? super V, VR> aggregator;
  private final boolean sendOldValues;

  @SuppressWarnings("NullAway.Init") // set by init, before any record
  private KeyValueCells<K, VR> store;

  @SuppressWarnings("NullAway.Init") // set by init, before any record
  private TableForwarder<K, VR> forwarder;

  public StreamAggregate(
      String storeName,
      Initializer<VR> initializer,
      Aggregator<? super K, ? super V, VR> aggregator,
      boolean sendOldValues) {
    this.storeName = storeName;
    this.initializer = initializer;
    this.aggregator = aggregator;
    this.sendOldValues = sendOldValues;
  }

  @Override
  public void init(ProcessorContext<K, Change<VR>> context) {
    super.init(context);
    store = Stored.keyValues(context, storeName);
    forwarder = TableForwarder.of(store, context, sendOldValues);
  }

  @Override
  public void process(Record<K, V> record) {
    K key = record.key();
    V value = record.value();
    if (key == null || value == null) {
      context.countSkipped(key == null ? SkipReason.NULL_KEY : SkipReason.NULL_VALUE);
      return;
    }
    Cell<VR> cell = store.cell(key);
    VR old = cell.value();
    long timestampMs = record.timestamp();
    if (old == null) {
      // What a new key starts from counts as its old value too, as in Kafka Streams.
      old = initializer.apply();
    } else {
      timestampMs = Math.max(timestampMs, cell.timestampMs());
    }
    VR updated = aggregator.apply(key, value, Nulls.pass(old));
    cell.set(updated, updated == null ? record.timestamp() : timestampMs);
    forwarder.update(key, updated, old, timestampMs, record.headers());
  }
}
