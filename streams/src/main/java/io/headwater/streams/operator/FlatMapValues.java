package io.headwater.streams.operator;

import io.headwater.streams.kstream.ValueMapperWithKey;
import io.headwater.streams.processor.Record;
import java.util.Objects;

/** Makes any number of records of the same key of each. */
public final class FlatMapValues<K, V, VR> extends ForwardingProcessor<K, V, K, VR> {
  private final ValueMapperWithKey<? super K, ? super V, ? extends Iterable<? extends VR>> mapper;

  public FlatMapValues(
      ValueMapperWithKey<? super K, ? super V, ? extends Iterable<? extends VR>> mapper) {
    this.mapper = mapper;
  }

  @Override
  public void process(Record<K, V> record) {
    var values =
        Objects.requireNonNull(
            mapper.apply(record.key(), record.value()),
            "the mapper of flatMapValues() returned null");
    for (VR value : values) {
      context.forward(record.withValue(value));
    }
  }
}
