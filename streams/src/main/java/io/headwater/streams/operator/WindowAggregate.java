package io.headwater.streams.operator;

import io.headwater.state.TimeWindow;
import io.headwater.state.Windowed;
import io.headwater.state.task.Cell;
import io.headwater.state.task.WindowCells;
import io.headwater.streams.kstream.Aggregator;
import io.headwater.streams.kstream.Initializer;
import io.headwater.streams.kstream.TimeWindows;
import io.headwater.streams.processor.ProcessorContext;
import io.headwater.streams.processor.Record;
import io.headwater.streams.processor.SkipReason;

/** Takes each record into the aggregates of its key's windows, those that have not ended yet. */
public final class WindowAggregate<K, V, VR>
    extends ForwardingProcessor<K, V, Windowed<K>, Change<VR>> {
  private final String storeName;
  private final TimeWindows windows;
  private final Initializer<VR> initializer;
  private final Aggregator<? super K, ? super V, VR> aggregator;
  private final boolean sendOldValues;

  @SuppressWarnings("NullAway.Init") // set by init, before any record
  private ObservedTime streamTime;

  @SuppressWarnings("NullAway.Init") // set by init, before any record
  private WindowCells<K, VR> store;

  @SuppressWarnings("NullAway.Init") // set by init, before any record
  private TableForwarder<Windowed<K>, VR> forwarder;

  public WindowAggregate(
      String storeName,
      TimeWindows windows,
      Initializer<VR> initializer,
      Aggregator<? super K, ? super V, VR> aggregator,
      boolean sendOldValues) {
    this.storeName = storeName;
    this.windows = windows;
    this.initializer = initializer;
    this.aggregator = aggregator;
    this.sendOldValues = sendOldValues;
  }

  @Override
  public void init(ProcessorContext<Windowed<K>, Change<VR>> context) {
    super.init(context);
    streamTime = ObservedTime.of(context);
    store = Stored.windows(context, storeName);
    forwarder = TableForwarder.of(store, context, sendOldValues);
  }

  @Override
  public void process(Record<K, V> record) {
    K key = record.key();
    if (key == null) {
      context.countSkipped(SkipReason.NULL_KEY);
      return;
    }
    long timestampMs = record.timestamp();
    long endedMs = streamTime.observe(timestampMs) - windows.graceMs();
    for (long startMs = windows.earliestStartMs(timestampMs);
        startMs <= timestampMs;
        startMs += windows.advanceMs()) {
      if (startMs + windows.sizeMs() > endedMs) {
        aggregate(record, key, startMs);
      } else {
        context.countSkipped(SkipReason.LATE);
      }
    }
  }

  private void aggregate(Record<K, V> record, K key, long startMs) {
    Cell<VR> cell = store.cell(key, startMs);
    VR old = cell.value();
    long timestampMs = record.timestamp();
    if (old == null) {
      old = initializer.apply();
    } else {
      timestampMs = Math.max(timestampMs, cell.timestampMs());
    }
    VR updated = aggregator.apply(key, record.value(), Nulls.pass(old));
    cell.set(updated, updated == null ? record.timestamp() : timestampMs);
    if (!forwarder.coalesced()) {
      forwarder.forward(windowed(key, startMs), updated, old, timestampMs, record.headers());
    } else if (forwarder.rememberNeeded(record.headers())) {
      forwarder.remember(windowed(key, startMs), record.headers());
    }
  }

  private Windowed<K> windowed(K key, long startMs) {
    return new Windowed<>(key, TimeWindow.of(startMs, windows.sizeMs()));
  }
}
