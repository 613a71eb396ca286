package io.headwater.streams.kstream;

import io.headwater.state.KeyValue;
import io.headwater.state.KeyValueStore;
import io.headwater.streams.processor.FixedKeyProcessorSupplier;
import io.headwater.streams.processor.ProcessorSupplier;
import io.headwater.streams.processor.TopicNameExtractor;

/**
 * A sequence of records. Every method but the terminal ones returns a new stream and leaves this
 * one as it is, so that one stream can be the base of many.
 *
 * <p>Methods that may change keys mark the result: what later needs the records of a key together
 * (grouping, joining, a table) then sends them through a repartition topic first.
 *
 * <p>A timestamp and headers stay with a record through all methods. {@code named} names the node;
 * without it, its name is generated.
 */
public interface KStream<K, V> {
  /** The records that satisfy the predicate. */
  KStream<K, V> filter(Predicate<? super K, ? super V> predicate);

  KStream<K, V> filter(Predicate<? super K, ? super V> predicate, Named named);

  /** The records that do not satisfy the predicate. */
  KStream<K, V> filterNot(Predicate<? super K, ? super V> predicate);

  KStream<K, V> filterNot(Predicate<? super K, ? super V> predicate, Named named);

  /** Gives each record another key. */
  <KR> KStream<KR, V> selectKey(KeyValueMapper<? super K, ? super V, ? extends KR> mapper);

  <KR> KStream<KR, V> selectKey(
      KeyValueMapper<? super K, ? super V, ? extends KR> mapper, Named named);

  /** Gives each record another key and value; the mapper must not return null. */
  <KR, VR> KStream<KR, VR> map(
      KeyValueMapper<? super K, ? super V, ? extends KeyValue<? extends KR, ? extends VR>> mapper);

  <KR, VR> KStream<KR, VR> map(
      KeyValueMapper<? super K, ? super V, ? extends KeyValue<? extends KR, ? extends VR>> mapper,
      Named named);

  /** Gives each record another value. */
  <VR> KStream<K, VR> mapValues(ValueMapper<? super V, ? extends VR> mapper);

  <VR> KStream<K, VR> mapValues(ValueMapper<? super V, ? extends VR> mapper, Named named);

  <VR> KStream<K, VR> mapValues(ValueMapperWithKey<? super K, ? super V, ? extends VR> mapper);

  <VR> KStream<K, VR> mapValues(
      ValueMapperWithKey<? super K, ? super V, ? extends VR> mapper, Named named);

  /** Makes any number of records of each; the mapper must not return null. */
  <KR, VR> KStream<KR, VR> flatMap(
      KeyValueMapper<
              ? super K,
              ? super V,
              ? extends Iterable<? extends KeyValue<? extends KR, ? extends VR>>>
          mapper);

  <KR, VR> KStream<KR, VR> flatMap(
      KeyValueMapper<
              ? super K,
              ? super V,
              ? extends Iterable<? extends KeyValue<? extends KR, ? extends VR>>>
          mapper,
      Named named);

  /** Makes any number of records of the same key of each; the mapper must not return null. */
  <VR> KStream<K, VR> flatMapValues(
      ValueMapper<? super V, ? extends Iterable<? extends VR>> mapper);

  <VR> KStream<K, VR> flatMapValues(
      ValueMapper<? super V, ? extends Iterable<? extends VR>> mapper, Named named);

  <VR> KStream<K, VR> flatMapValues(
      ValueMapperWithKey<? super K, ? super V, ? extends Iterable<? extends VR>> mapper);

  <VR> KStream<K, VR> flatMapValues(
      ValueMapperWithKey<? super K, ? super V, ? extends Iterable<? extends VR>> mapper,
      Named named);

  /** Does something with each record; the end of a stream. */
  void foreach(ForeachAction<? super K, ? super V> action);

  void foreach(ForeachAction<? super K, ? super V> action, Named named);

  /** Does something with each record and lets it pass. */
  KStream<K, V> peek(ForeachAction<? super K, ? super V> action);

  KStream<K, V> peek(ForeachAction<? super K, ? super V> action, Named named);

  /** Splits the stream into branches. */
  BranchedKStream<K, V> split();

  BranchedKStream<K, V> split(Named named);

  /** The records of both streams; those of one stay in order, those of two come as they come. */
  KStream<K, V> merge(KStream<K, V> stream);

  KStream<K, V> merge(KStream<K, V> stream, Named named);

  /**
   * Sends the records through a topic of its own, partitioned by key. Records without a key are
   * counted and dropped, unless a left join follows.
   */
  KStream<K, V> repartition();

  KStream<K, V> repartition(Repartitioned<K, V> repartitioned);

  /** Writes the records to a topic, which has to exist; the end of a stream. */
  void to(String topic);

  void to(String topic, Produced<K, V> produced);

  /** Writes each record to the topic chosen for it, which has to exist; the end of a stream. */
  void to(TopicNameExtractor<K, V> topicExtractor);

  void to(TopicNameExtractor<K, V> topicExtractor, Produced<K, V> produced);

  /** Takes each record as an update of a table; those without a key are counted and dropped. */
  KTable<K, V> toTable();

  KTable<K, V> toTable(Named named);

  KTable<K, V> toTable(Materialized<K, V, KeyValueStore<byte[], byte[]>> materialized);

  KTable<K, V> toTable(Named named, Materialized<K, V, KeyValueStore<byte[], byte[]>> materialized);

  /** Groups by another key; those for which it is null are counted and dropped. */
  <KR> KGroupedStream<KR, V> groupBy(KeyValueMapper<? super K, ? super V, KR> keySelector);

  <KR> KGroupedStream<KR, V> groupBy(
      KeyValueMapper<? super K, ? super V, KR> keySelector, Grouped<KR, V> grouped);

  /** Groups by the key there is. */
  KGroupedStream<K, V> groupByKey();

  KGroupedStream<K, V> groupByKey(Grouped<K, V> grouped);

  /**
   * Joins each record with the table's value of its key as it then is; a record for whose key there
   * is none is dropped. Records without key or value are counted and dropped. Only records of the
   * stream lead to results. Stream and table have to be co-partitioned.
   */
  <VT, VR> KStream<K, VR> join(
      KTable<K, VT> table, ValueJoiner<? super V, ? super VT, ? extends VR> joiner);

  <VT, VR> KStream<K, VR> join(
      KTable<K, VT> table,
      ValueJoinerWithKey<? super K, ? super V, ? super VT, ? extends VR> joiner);

  <VT, VR> KStream<K, VR> join(
      KTable<K, VT> table,
      ValueJoiner<? super V, ? super VT, ? extends VR> joiner,
      Joined<K, V, VT> joined);

  <VT, VR> KStream<K, VR> join(
      KTable<K, VT> table,
      ValueJoinerWithKey<? super K, ? super V, ? super VT, ? extends VR> joiner,
      Joined<K, V, VT> joined);

  /**
   * Joins each record with the table's value of its key as it then is, or with null if there is
   * none or the record has no key. Records without a value are counted and dropped.
   */
  <VT, VR> KStream<K, VR> leftJoin(
      KTable<K, VT> table, ValueJoiner<? super V, ? super VT, ? extends VR> joiner);

  <VT, VR> KStream<K, VR> leftJoin(
      KTable<K, VT> table,
      ValueJoinerWithKey<? super K, ? super V, ? super VT, ? extends VR> joiner);

  <VT, VR> KStream<K, VR> leftJoin(
      KTable<K, VT> table,
      ValueJoiner<? super V, ? super VT, ? extends VR> joiner,
      Joined<K, V, VT> joined);

  <VT, VR> KStream<K, VR> leftJoin(
      KTable<K, VT> table,
      ValueJoinerWithKey<? super K, ? super V, ? super VT, ? extends VR> joiner,
      Joined<K, V, VT> joined);

  /**
   * Joins each record with the table's value of a key that is selected for it; keeps its own key. A
   * record for which there is no value is dropped; one without a selected key or a value is counted
   * too. Needs no co-partitioning.
   */
  <GK, GV, VR> KStream<K, VR> join(
      GlobalKTable<GK, GV> globalTable,
      KeyValueMapper<? super K, ? super V, ? extends GK> keySelector,
      ValueJoiner<? super V, ? super GV, ? extends VR> joiner);

  <GK, GV, VR> KStream<K, VR> join(
      GlobalKTable<GK, GV> globalTable,
      KeyValueMapper<? super K, ? super V, ? extends GK> keySelector,
      ValueJoinerWithKey<? super K, ? super V, ? super GV, ? extends VR> joiner);

  <GK, GV, VR> KStream<K, VR> join(
      GlobalKTable<GK, GV> globalTable,
      KeyValueMapper<? super K, ? super V, ? extends GK> keySelector,
      ValueJoiner<? super V, ? super GV, ? extends VR> joiner,
      Named named);

  <GK, GV, VR> KStream<K, VR> join(
      GlobalKTable<GK, GV> globalTable,
      KeyValueMapper<? super K, ? super V, ? extends GK> keySelector,
      ValueJoinerWithKey<? super K, ? super V, ? super GV, ? extends VR> joiner,
      Named named);

  /**
   * Joins each record with the table's value of a key that is selected for it, or with null if
   * there is none; keeps its own key. Records without a value are counted and dropped.
   */
  <GK, GV, VR> KStream<K, VR> leftJoin(
      GlobalKTable<GK, GV> globalTable,
      KeyValueMapper<? super K, ? super V, ? extends GK> keySelector,
      ValueJoiner<? super V, ? super GV, ? extends VR> joiner);

  <GK, GV, VR> KStream<K, VR> leftJoin(
      GlobalKTable<GK, GV> globalTable,
      KeyValueMapper<? super K, ? super V, ? extends GK> keySelector,
      ValueJoinerWithKey<? super K, ? super V, ? super GV, ? extends VR> joiner);

  <GK, GV, VR> KStream<K, VR> leftJoin(
      GlobalKTable<GK, GV> globalTable,
      KeyValueMapper<? super K, ? super V, ? extends GK> keySelector,
      ValueJoiner<? super V, ? super GV, ? extends VR> joiner,
      Named named);

  <GK, GV, VR> KStream<K, VR> leftJoin(
      GlobalKTable<GK, GV> globalTable,
      KeyValueMapper<? super K, ? super V, ? extends GK> keySelector,
      ValueJoinerWithKey<? super K, ? super V, ? super GV, ? extends VR> joiner,
      Named named);

  /** Lets a processor of one's own see each record; it may use the stores that are named. */
  <KR, VR> KStream<KR, VR> process(
      ProcessorSupplier<? super K, ? super V, KR, VR> supplier, String... storeNames);

  <KR, VR> KStream<KR, VR> process(
      ProcessorSupplier<? super K, ? super V, KR, VR> supplier, Named named, String... storeNames);

  /** Lets a processor that leaves keys alone see each record. */
  <VR> KStream<K, VR> processValues(
      FixedKeyProcessorSupplier<? super K, ? super V, VR> supplier, String... storeNames);

  <VR> KStream<K, VR> processValues(
      FixedKeyProcessorSupplier<? super K, ? super V, VR> supplier,
      Named named,
      String... storeNames);
}
