package io.headwater.streams.operator;

import io.headwater.streams.kstream.KeyValueMapper;
import io.headwater.streams.processor.Record;

/** Gives each record another key. */
public final class SelectKey<K, V, KR> extends ForwardingProcessor<K, V, KR, V> {
  private final KeyValueMapper<? super K, ? super V, ? extends KR> mapper;

  public SelectKey(KeyValueMapper<? super K, ? super V, ? extends KR> mapper) {
    this.mapper = mapper;
  }

  @Override
  public void process(Record<K, V> record) {
    KR key = mapper.apply(record.key(), record.value());
    context.forward(record.withKey(key));
  }
}
