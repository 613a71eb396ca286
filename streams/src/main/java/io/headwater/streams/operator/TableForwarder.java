package io.headwater.streams.operator;

import io.headwater.serde.Headers;
import io.headwater.state.Windowed;
import io.headwater.state.task.KeyValueCells;
import io.headwater.state.task.WindowCells;
import io.headwater.streams.processor.ProcessorContext;
import io.headwater.streams.processor.Record;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Forwards the updates of a stored table: each at once, or, if the store coalesces them, what it
 * flushes. A flushed update has the headers of the last record that led to it.
 */
final class TableForwarder<K, V> {
  private final ProcessorContext<K, Change<V>> context;
  private final boolean sendOldValues;
  private final boolean coalesced;

  /** Of the updates that wait for a flush; those without headers are left out. */
  private final Map<K, Headers> headers = new HashMap<>();

  private TableForwarder(
      ProcessorContext<K, Change<V>> context, boolean sendOldValues, boolean coalesced) {
    this.context = context;
    this.sendOldValues = sendOldValues;
    this.coalesced = coalesced;
  }

  static <K, V> TableForwarder<K, V> of(
      KeyValueCells<K, V> store, ProcessorContext<K, Change<V>> context, boolean sendOldValues) {
    var forwarder = new TableForwarder<K, V>(context, sendOldValues, store.cachingEnabled());
    if (forwarder.coalesced) {
      store.setFlushListener(forwarder::flushed, sendOldValues);
    }
    return forwarder;
  }

  static <K, V> TableForwarder<Windowed<K>, V> of(
      WindowCells<K, V> store,
      ProcessorContext<Windowed<K>, Change<V>> context,
      boolean sendOldValues) {
    var forwarder =
        new TableForwarder<Windowed<K>, V>(context, sendOldValues, store.cachingEnabled());
    if (forwarder.coalesced) {
      store.setFlushListener(forwarder::flushed, sendOldValues);
    }
    return forwarder;
  }

  /** Whether updates wait for a flush: then {@link #remember} them, else {@link #forward}. */
  boolean coalesced() {
    return coalesced;
  }

  /** Whether {@link #remember} would do something; spares making a key that is not needed. */
  boolean rememberNeeded(Headers updateHeaders) {
    return !updateHeaders.isEmpty() || !headers.isEmpty();
  }

  void remember(K key, Headers updateHeaders) {
    if (!updateHeaders.isEmpty()) {
      headers.put(key, updateHeaders);
    } else if (!headers.isEmpty()) {
      headers.remove(key);
    }
  }

  void forward(
      K key, @Nullable V newValue, @Nullable V oldValue, long timestampMs, Headers updateHeaders) {
    context.forward(
        new Record<>(
            key,
            new Change<>(newValue, sendOldValues ? oldValue : null),
            timestampMs,
            updateHeaders));
  }

  /** Remembers or forwards the update, whose key is at hand. */
  void update(
      K key, @Nullable V newValue, @Nullable V oldValue, long timestampMs, Headers updateHeaders) {
    if (coalesced) {
      remember(key, updateHeaders);
    } else {
      forward(key, newValue, oldValue, timestampMs, updateHeaders);
    }
  }

  private void flushed(K key, @Nullable V newValue, @Nullable V oldValue, long timestampMs) {
    Headers updateHeaders = headers.isEmpty() ? null : headers.remove(key);
    forward(
        key,
        newValue,
        oldValue,
        timestampMs,
        updateHeaders == null ? Headers.EMPTY : updateHeaders);
  }
}
