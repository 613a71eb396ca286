package io.headwater.streams.operator;

import io.headwater.state.KeyValue;
import io.headwater.streams.kstream.KeyValueMapper;
import io.headwater.streams.processor.Record;
import java.util.Objects;

/** Makes any number of records of each. */
public final class FlatMapPairs<K, V, KR, VR> extends ForwardingProcessor<K, V, KR, VR> {
  private final KeyValueMapper<
          ? super K, ? super V, ? extends Iterable<? extends KeyValue<? extends KR, ? extends VR>>>
      mapper;

  public FlatMapPairs(
      KeyValueMapper<
              ? super K,
              ? super V,
              ? extends Iterable<? extends KeyValue<? extends KR, ? extends VR>>>
          mapper) {
    this.mapper = mapper;
  }

  @Override
  public void process(Record<K, V> record) {
    var pairs =
        Objects.requireNonNull(
            mapper.apply(record.key(), record.value()), "the mapper of flatMap() returned null");
    for (KeyValue<? extends KR, ? extends VR> pair : pairs) {
      context.forward(
          new Record<KR, VR>(pair.key, pair.value, record.timestamp(), record.headers()));
    }
  }
}
