package io.headwater.streams.operator;

import io.headwater.streams.processor.Record;
import io.headwater.streams.processor.SkipReason;

/** Takes each record as an update of a table that nobody needs to look into. */
public final class UnstoredTableSource<K, V> extends ForwardingProcessor<K, V, K, Change<V>> {
  @Override
  public void process(Record<K, V> record) {
    if (record.key() == null) {
      context.countSkipped(SkipReason.NULL_KEY);
    } else {
      context.forward(record.withValue(new Change<>(record.value(), null)));
    }
  }
}
