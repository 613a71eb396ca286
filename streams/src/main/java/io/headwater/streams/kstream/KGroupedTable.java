package io.headwater.streams.kstream;

import io.headwater.state.KeyValueStore;

/**
 * The entries of a table, grouped anew. When an entry changes, its old value is taken out of the
 * aggregate of its old group by the subtractor, and its new one taken in by the adder.
 */
public interface KGroupedTable<K, V> {
  /** How many entries each group has. */
  KTable<K, Long> count();

  KTable<K, Long> count(Named named);

  KTable<K, Long> count(Materialized<K, Long, KeyValueStore<byte[], byte[]>> materialized);

  KTable<K, Long> count(
      Named named, Materialized<K, Long, KeyValueStore<byte[], byte[]>> materialized);

  /** Makes one value of all values of a group; the first stands for itself. */
  KTable<K, V> reduce(Reducer<V> adder, Reducer<V> subtractor);

  KTable<K, V> reduce(
      Reducer<V> adder,
      Reducer<V> subtractor,
      Materialized<K, V, KeyValueStore<byte[], byte[]>> materialized);

  KTable<K, V> reduce(
      Reducer<V> adder,
      Reducer<V> subtractor,
      Named named,
      Materialized<K, V, KeyValueStore<byte[], byte[]>> materialized);

  /** Takes all values of a group into one aggregate. */
  <VR> KTable<K, VR> aggregate(
      Initializer<VR> initializer,
      Aggregator<? super K, ? super V, VR> adder,
      Aggregator<? super K, ? super V, VR> subtractor);

  <VR> KTable<K, VR> aggregate(
      Initializer<VR> initializer,
      Aggregator<? super K, ? super V, VR> adder,
      Aggregator<? super K, ? super V, VR> subtractor,
      Named named);

  <VR> KTable<K, VR> aggregate(
      Initializer<VR> initializer,
      Aggregator<? super K, ? super V, VR> adder,
      Aggregator<? super K, ? super V, VR> subtractor,
      Materialized<K, VR, KeyValueStore<byte[], byte[]>> materialized);

  <VR> KTable<K, VR> aggregate(
      Initializer<VR> initializer,
      Aggregator<? super K, ? super V, VR> adder,
      Aggregator<? super K, ? super V, VR> subtractor,
      Named named,
      Materialized<K, VR, KeyValueStore<byte[], byte[]>> materialized);
}
