package io.headwater.streams.operator;

import io.headwater.state.KeyValue;
import io.headwater.streams.kstream.KeyValueMapper;
import io.headwater.streams.processor.Record;
import java.util.Objects;

/** Gives each record another key and value. */
public final class MapPairs<K, V, KR, VR> extends ForwardingProcessor<K, V, KR, VR> {
  private final KeyValueMapper<? super K, ? super V, ? extends KeyValue<? extends KR, ? extends VR>>
      mapper;

  public MapPairs(
      KeyValueMapper<? super K, ? super V, ? extends KeyValue<? extends KR, ? extends VR>> mapper) {
    this.mapper = mapper;
  }

  @Override
  public void process(Record<K, V> record) {
    KeyValue<? extends KR, ? extends VR> pair =
        Objects.requireNonNull(
            mapper.apply(record.key(), record.value()), "the mapper of map() returned null");
    context.forward(new Record<KR, VR>(pair.key, pair.value, record.timestamp(), record.headers()));
  }
}
