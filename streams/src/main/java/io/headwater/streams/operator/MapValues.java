package io.headwater.streams.operator;

import io.headwater.streams.kstream.ValueMapperWithKey;
import io.headwater.streams.processor.Record;

/** Gives each record another value. */
public final class MapValues<K, V, VR> extends ForwardingProcessor<K, V, K, VR> {
  private final ValueMapperWithKey<? super K, ? super V, ? extends VR> mapper;

  public MapValues(ValueMapperWithKey<? super K, ? super V, ? extends VR> mapper) {
    this.mapper = mapper;
  }

  @Override
  public void process(Record<K, V> record) {
    VR value = mapper.apply(record.key(), record.value());
    context.forward(record.withValue(value));
  }
}
