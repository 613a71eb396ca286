package io.headwater.streams.operator;

import io.headwater.streams.kstream.ForeachAction;
import io.headwater.streams.processor.Record;

/** Does something with each record, then forwards it, to nobody at the end of a stream. */
public final class Peek<K, V> extends ForwardingProcessor<K, V, K, V> {
  private final ForeachAction<? super K, ? super V> action;

  public Peek(ForeachAction<? super K, ? super V> action) {
    this.action = action;
  }

  @Override
  public void process(Record<K, V> record) {
    action.apply(record.key(), record.value());
    context.forward(record);
  }
}
