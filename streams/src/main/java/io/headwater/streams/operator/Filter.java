package io.headwater.streams.operator;

import io.headwater.streams.kstream.Predicate;
import io.headwater.streams.processor.Record;

/** Forwards the records for which the predicate has the wanted answer. */
public final class Filter<K, V> extends ForwardingProcessor<K, V, K, V> {
  private final Predicate<? super K, ? super V> predicate;
  private final boolean wanted;

  public Filter(Predicate<? super K, ? super V> predicate, boolean wanted) {
    this.predicate = predicate;
    this.wanted = wanted;
  }

  @Override
  public void process(Record<K, V> record) {
    if (predicate.test(record.key(), record.value()) == wanted) {
      context.forward(record);
    }
  }
}
