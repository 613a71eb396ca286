package io.headwater.streams.operator;

import io.headwater.streams.processor.Record;

/** Forwards every record as it is: where streams merge or split. */
public final class PassThrough<K, V> extends ForwardingProcessor<K, V, K, V> {
  @Override
  public void process(Record<K, V> record) {
    context.forward(record);
  }
}
