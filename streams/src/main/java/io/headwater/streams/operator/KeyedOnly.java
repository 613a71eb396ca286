package io.headwater.streams.operator;

import io.headwater.streams.processor.Record;
import io.headwater.streams.processor.SkipReason;

/** Forwards the records that have a key, on their way to a repartition topic. */
public final class KeyedOnly<K, V> extends ForwardingProcessor<K, V, K, V> {
  @Override
  public void process(Record<K, V> record) {
    if (record.key() == null) {
      context.countSkipped(SkipReason.NULL_KEY);
    } else {
      context.forward(record);
    }
  }
}
