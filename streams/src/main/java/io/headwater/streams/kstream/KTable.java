package io.headwater.streams.kstream;

import io.headwater.state.KeyValue;
import io.headwater.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The last value of each key; a record is an update, one without a value deletes its key. Every
 * method returns a new table or stream and leaves this one as it is.
 *
 * <p>A table that is made of another one is stored only if a {@link Materialized} names its store;
 * else it is worked out from the other.
 */
public interface KTable<K, V> {
  /** The keys whose value satisfies the predicate. */
  KTable<K, V> filter(Predicate<? super K, ? super V> predicate);

  KTable<K, V> filter(Predicate<? super K, ? super V> predicate, Named named);

  KTable<K, V> filter(
      Predicate<? super K, ? super V> predicate,
      Materialized<K, V, KeyValueStore<byte[], byte[]>> materialized);

  KTable<K, V> filter(
      Predicate<? super K, ? super V> predicate,
      Named named,
      Materialized<K, V, KeyValueStore<byte[], byte[]>> materialized);

  /** The keys whose value does not satisfy the predicate. */
  KTable<K, V> filterNot(Predicate<? super K, ? super V> predicate);

  KTable<K, V> filterNot(Predicate<? super K, ? super V> predicate, Named named);

  KTable<K, V> filterNot(
      Predicate<? super K, ? super V> predicate,
      Materialized<K, V, KeyValueStore<byte[], byte[]>> materialized);

  KTable<K, V> filterNot(
      Predicate<? super K, ? super V> predicate,
      Named named,
      Materialized<K, V, KeyValueStore<byte[], byte[]>> materialized);

  /** The same keys with other values. The mapper sees no nulls. */
  <VR> KTable<K, VR> mapValues(ValueMapper<? super V, ? extends VR> mapper);

  <VR> KTable<K, VR> mapValues(ValueMapper<? super V, ? extends VR> mapper, Named named);

  <VR> KTable<K, VR> mapValues(ValueMapperWithKey<? super K, ? super V, ? extends VR> mapper);

  <VR> KTable<K, VR> mapValues(
      ValueMapperWithKey<? super K, ? super V, ? extends VR> mapper, Named named);

  <VR> KTable<K, VR> mapValues(
      ValueMapper<? super V, ? extends VR> mapper,
      Materialized<K, VR, KeyValueStore<byte[], byte[]>> materialized);

  <VR> KTable<K, VR> mapValues(
      ValueMapper<? super V, ? extends VR> mapper,
      Named named,
      Materialized<K, VR, KeyValueStore<byte[], byte[]>> materialized);

  <VR> KTable<K, VR> mapValues(
      ValueMapperWithKey<? super K, ? super V, ? extends VR> mapper,
      Materialized<K, VR, KeyValueStore<byte[], byte[]>> materialized);

  <VR> KTable<K, VR> mapValues(
      ValueMapperWithKey<? super K, ? super V, ? extends VR> mapper,
      Named named,
      Materialized<K, VR, KeyValueStore<byte[], byte[]>> materialized);

  /** The updates as a stream; those without a value are in it. */
  KStream<K, V> toStream();

  KStream<K, V> toStream(Named named);

  /** The updates as a stream, under other keys. */
  <KR> KStream<KR, V> toStream(KeyValueMapper<? super K, ? super V, ? extends KR> mapper);

  <KR> KStream<KR, V> toStream(
      KeyValueMapper<? super K, ? super V, ? extends KR> mapper, Named named);

  /**
   * Groups the table's entries anew: when one changes, the old pair is taken out of its group and
   * the new one put into its own. A pair without key or value is in no group.
   */
  <KR, VR> KGroupedTable<KR, VR> groupBy(
      KeyValueMapper<? super K, ? super V, KeyValue<KR, VR>> selector);

  <KR, VR> KGroupedTable<KR, VR> groupBy(
      KeyValueMapper<? super K, ? super V, KeyValue<KR, VR>> selector, Grouped<KR, VR> grouped);

  /** The name of its store, or null if it cannot be queried. */
  @Nullable String queryableStoreName();
}
