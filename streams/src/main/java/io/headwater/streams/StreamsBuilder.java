package io.headwater.streams;

import io.headwater.state.KeyValueStore;
import io.headwater.state.StoreBuilder;
import io.headwater.streams.dsl.Graph;
import io.headwater.streams.kstream.Consumed;
import io.headwater.streams.kstream.GlobalKTable;
import io.headwater.streams.kstream.KStream;
import io.headwater.streams.kstream.KTable;
import io.headwater.streams.kstream.Materialized;
import io.headwater.streams.processor.ProcessorSupplier;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where a program in terms of streams and tables begins; {@link #build} makes a topology of it. Not
 * for more than one thread.
 *
 * <p>Where no serde is given, the application's default holds.
 */
public class StreamsBuilder {
  private final Graph graph = new Graph();

  /** The records of a topic. */
  public <K, V> KStream<K, V> stream(String topic) {
    return graph.stream(List.of(topic), null, null);
  }

  /** The records of a topic. */
  public <K, V> KStream<K, V> stream(String topic, Consumed<K, V> consumed) {
    return graph.stream(List.of(topic), null, consumed);
  }

  /** The records of some topics; those of two come as they come. */
  public <K, V> KStream<K, V> stream(Collection<String> topics) {
    return graph.stream(topics, null, null);
  }

  /** The records of some topics; those of two come as they come. */
  public <K, V> KStream<K, V> stream(Collection<String> topics, Consumed<K, V> consumed) {
    return graph.stream(topics, null, consumed);
  }

  /** The records of the topics whose whole name matches. */
  public <K, V> KStream<K, V> stream(Pattern topicPattern) {
    return graph.stream(List.of(), topicPattern, null);
  }

  /** The records of the topics whose whole name matches. */
  public <K, V> KStream<K, V> stream(Pattern topicPattern, Consumed<K, V> consumed) {
    return graph.stream(List.of(), topicPattern, consumed);
  }

  /** The records of a topic as a table; those without a key are counted and dropped. */
  public <K, V> KTable<K, V> table(String topic) {
    return graph.table(topic, null, null);
  }

  /** The records of a topic as a table; those without a key are counted and dropped. */
  public <K, V> KTable<K, V> table(String topic, Consumed<K, V> consumed) {
    return graph.table(topic, consumed, null);
  }

  /** The records of a topic as a table; those without a key are counted and dropped. */
  public <K, V> KTable<K, V> table(
      String topic, Materialized<K, V, KeyValueStore<byte[], byte[]>> materialized) {
    return graph.table(topic, null, materialized);
  }

  /**
   * The records of a topic as a table; those without a key are counted and dropped. The serdes are
   * those of {@code consumed}.
   */
  public <K, V> KTable<K, V> table(
      String topic,
      Consumed<K, V> consumed,
      Materialized<K, V, KeyValueStore<byte[], byte[]>> materialized) {
    return graph.table(topic, consumed, materialized);
  }

  /** All partitions of a topic as one table, which every task can look into. */
  public <K, V> GlobalKTable<K, V> globalTable(String topic) {
    return graph.globalTable(topic, null, null);
  }

  /** All partitions of a topic as one table, which every task can look into. */
  public <K, V> GlobalKTable<K, V> globalTable(String topic, Consumed<K, V> consumed) {
    return graph.globalTable(topic, consumed, null);
  }

  /** All partitions of a topic as one table, which every task can look into. */
  public <K, V> GlobalKTable<K, V> globalTable(
      String topic, Materialized<K, V, KeyValueStore<byte[], byte[]>> materialized) {
    return graph.globalTable(topic, null, materialized);
  }

  /**
   * All partitions of a topic as one table, which every task can look into. The serdes are those of
   * {@code consumed}.
   */
  public <K, V> GlobalKTable<K, V> globalTable(
      String topic,
      Consumed<K, V> consumed,
      Materialized<K, V, KeyValueStore<byte[], byte[]>> materialized) {
    return graph.globalTable(topic, consumed, materialized);
  }

  /** Adds a store, to be connected to processors by its name. */
  public StreamsBuilder addStateStore(StoreBuilder<?> storeBuilder) {
    graph.addStateStore(storeBuilder);
    return this;
  }

  /**
   * Adds a store that holds all partitions of a topic, readable by every processor. The processor
   * writes each of the topic's records into the store and forwards nothing.
   */
  public <K, V> StreamsBuilder addGlobalStore(
      StoreBuilder<?> storeBuilder,
      String topic,
      Consumed<K, V> consumed,
      ProcessorSupplier<K, V, Void, Void> stateUpdateSupplier) {
    graph.addGlobalStore(storeBuilder, topic, consumed, stateUpdateSupplier);
    return this;
  }

  /**
   * The topology of all calls so far.
   *
   * @throws io.headwater.streams.errors.TopologyException if they contradict each other
   */
  public Topology build() {
    return new Topology(graph.build());
  }
}
