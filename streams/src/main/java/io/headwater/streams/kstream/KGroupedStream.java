package io.headwater.streams.kstream;

import io.headwater.state.KeyValueStore;

/**
 * The records of a stream, those of a key together. Records without key or value are counted and
 * left out of every aggregation. An aggregate's timestamp is the highest of its records'.
 */
public interface KGroupedStream<K, V> {
  /** How many records each key has. */
  KTable<K, Long> count();

  KTable<K, Long> count(Named named);

  KTable<K, Long> count(Materialized<K, Long, KeyValueStore<byte[], byte[]>> materialized);

  KTable<K, Long> count(
      Named named, Materialized<K, Long, KeyValueStore<byte[], byte[]>> materialized);

  /** Makes one value of all values of a key; the first stands for itself. */
  KTable<K, V> reduce(Reducer<V> reducer);

  KTable<K, V> reduce(
      Reducer<V> reducer, Materialized<K, V, KeyValueStore<byte[], byte[]>> materialized);

  KTable<K, V> reduce(
      Reducer<V> reducer,
      Named named,
      Materialized<K, V, KeyValueStore<byte[], byte[]>> materialized);

  /** Takes all values of a key into one aggregate. */
  <VR> KTable<K, VR> aggregate(
      Initializer<VR> initializer, Aggregator<? super K, ? super V, VR> aggregator);

  <VR> KTable<K, VR> aggregate(
      Initializer<VR> initializer,
      Aggregator<? super K, ? super V, VR> aggregator,
      Materialized<K, VR, KeyValueStore<byte[], byte[]>> materialized);

  <VR> KTable<K, VR> aggregate(
      Initializer<VR> initializer,
      Aggregator<? super K, ? super V, VR> aggregator,
      Named named,
      Materialized<K, VR, KeyValueStore<byte[], byte[]>> materialized);

  /** The records of a key, those of a window together. */
  TimeWindowedKStream<K, V> windowedBy(TimeWindows windows);
}
