package io.headwater.streams.operator;

import io.headwater.state.KeyValue;
import io.headwater.streams.errors.StreamsException;
import io.headwater.streams.kstream.KeyValueMapper;
import io.headwater.streams.processor.Record;
import org.jspecify.annotations.Nullable;

/**
 * Says for each update of a table what leaves which group and what enters which, in that order; in
 * one record if both are the same group.
 */
public final class TableRegroup<K, V, KR, VR>
    extends ForwardingProcessor<K, Change<V>, KR, Change<VR>> {
  private final KeyValueMapper<? super K, ? super V, KeyValue<KR, VR>> selector;

  public TableRegroup(KeyValueMapper<? super K, ? super V, KeyValue<KR, VR>> selector) {
    this.selector = selector;
  }

  @Override
  public void process(Record<K, Change<V>> record) {
    if (record.key() == null) {
      throw new StreamsException("a record of the table to be grouped has no key");
    }
    KeyValue<KR, VR> entering = pair(record.key(), record.value().newValue());
    KeyValue<KR, VR> leaving = pair(record.key(), record.value().oldValue());
    if (leaving != null && entering != null && leaving.key.equals(entering.key)) {
      forward(record, entering.key, entering.value, leaving.value);
      return;
    }
    if (leaving != null) {
      forward(record, leaving.key, null, leaving.value);
    }
    if (entering != null) {
      forward(record, entering.key, entering.value, null);
    }
  }

  /** The group and value of an entry, or null if it is in none. */
  private @Nullable KeyValue<KR, VR> pair(K key, @Nullable V value) {
    if (value == null) {
      return null;
    }
    KeyValue<KR, VR> pair = selector.apply(key, value);
    return pair == null || pair.key == null || pair.value == null ? null : pair;
  }

  private void forward(
      Record<K, Change<V>> record, KR key, @Nullable VR newValue, @Nullable VR oldValue) {
    context.forward(
        new Record<>(key, new Change<>(newValue, oldValue), record.timestamp(), record.headers()));
  }
}
