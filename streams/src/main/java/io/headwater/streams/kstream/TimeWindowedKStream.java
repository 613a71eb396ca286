package io.headwater.streams.kstream;

import io.headwater.state.WindowStore;
import io.headwater.state.Windowed;

/**
 * The records of a stream, those of a key and window together. A record is in each window that
 * contains its timestamp, unless the window with its grace has ended by the highest timestamp seen:
 * then it is counted as late and left out of it. Records without a key are counted and left out. An
 * aggregate's timestamp is the highest of its records'.
 */
public interface TimeWindowedKStream<K, V> {
  /** How many records each key and window has. */
  KTable<Windowed<K>, Long> count();

  KTable<Windowed<K>, Long> count(Named named);

  KTable<Windowed<K>, Long> count(Materialized<K, Long, WindowStore<byte[], byte[]>> materialized);

  KTable<Windowed<K>, Long> count(
      Named named, Materialized<K, Long, WindowStore<byte[], byte[]>> materialized);

  /** Makes one value of all values of a key and window; the first stands for itself. */
  KTable<Windowed<K>, V> reduce(Reducer<V> reducer);

  KTable<Windowed<K>, V> reduce(Reducer<V> reducer, Named named);

  KTable<Windowed<K>, V> reduce(
      Reducer<V> reducer, Materialized<K, V, WindowStore<byte[], byte[]>> materialized);

  KTable<Windowed<K>, V> reduce(
      Reducer<V> reducer,
      Named named,
      Materialized<K, V, WindowStore<byte[], byte[]>> materialized);

  /** Takes all values of a key and window into one aggregate. */
  <VR> KTable<Windowed<K>, VR> aggregate(
      Initializer<VR> initializer, Aggregator<? super K, ? super V, VR> aggregator);

  <VR> KTable<Windowed<K>, VR> aggregate(
      Initializer<VR> initializer, Aggregator<? super K, ? super V, VR> aggregator, Named named);

  <VR> KTable<Windowed<K>, VR> aggregate(
      Initializer<VR> initializer,
      Aggregator<? super K, ? super V, VR> aggregator,
      Materialized<K, VR, WindowStore<byte[], byte[]>> materialized);

  <VR> KTable<Windowed<K>, VR> aggregate(
      Initializer<VR> initializer,
      Aggregator<? super K, ? super V, VR> aggregator,
      Named named,
      Materialized<K, VR, WindowStore<byte[], byte[]>> materialized);
}
