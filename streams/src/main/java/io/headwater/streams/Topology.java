package io.headwater.streams;

import io.headwater.serde.Deserializer;
import io.headwater.serde.Serializer;
import io.headwater.state.StoreBuilder;
import io.headwater.streams.errors.TopologyException;
import io.headwater.streams.plan.Plan;
import io.headwater.streams.plan.PlanBuilder;
import io.headwater.streams.processor.ProcessorSupplier;
import io.headwater.streams.processor.StreamPartitioner;
import io.headwater.streams.processor.TimestampExtractor;
import io.headwater.streams.processor.TopicNameExtractor;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A program put together node by node: sources read topics, processors process what their parents
 * forward, sinks write topics. What {@link StreamsBuilder} builds can be added to as well.
 *
 * <p>Every method that adds something refuses what contradicts what is there, with a {@link
 * TopologyException}, and then changes nothing. Where a serializer, deserializer, extractor or
 * reset is not given, or null, the application's default holds. Not for more than one thread.
 */
public class Topology {
  private final PlanBuilder builder;

  public Topology() {
    this(new PlanBuilder());
  }

  Topology(PlanBuilder builder) {
    this.builder = builder;
  }

  /** What a runtime needs to know: this topology as it is now. */
  public Plan plan() {
    return builder.build();
  }

  /** This topology as it is now, to be shown. */
  public TopologyDescription describe() {
    return TopologyDescription.of(plan());
  }

  public Topology addSource(String name, String... topics) {
    return source(null, name, null, null, null, topics);
  }

  public Topology addSource(String name, Pattern topicPattern) {
    return source(null, name, null, null, null, topicPattern);
  }

  public Topology addSource(AutoOffsetReset offsetReset, String name, String... topics) {
    return source(offsetReset, name, null, null, null, topics);
  }

  public Topology addSource(AutoOffsetReset offsetReset, String name, Pattern topicPattern) {
    return source(offsetReset, name, null, null, null, topicPattern);
  }

  public Topology addSource(TimestampExtractor timestampExtractor, String name, String... topics) {
    return source(null, name, timestampExtractor, null, null, topics);
  }

  public Topology addSource(
      TimestampExtractor timestampExtractor, String name, Pattern topicPattern) {
    return source(null, name, timestampExtractor, null, null, topicPattern);
  }

  public Topology addSource(
      AutoOffsetReset offsetReset,
      TimestampExtractor timestampExtractor,
      String name,
      String... topics) {
    return source(offsetReset, name, timestampExtractor, null, null, topics);
  }

  public Topology addSource(
      AutoOffsetReset offsetReset,
      TimestampExtractor timestampExtractor,
      String name,
      Pattern topicPattern) {
    return source(offsetReset, name, timestampExtractor, null, null, topicPattern);
  }

  public Topology addSource(
      String name,
      @Nullable Deserializer<?> keyDeserializer,
      @Nullable Deserializer<?> valueDeserializer,
      String... topics) {
    return source(null, name, null, keyDeserializer, valueDeserializer, topics);
  }

  public Topology addSource(
      String name,
      @Nullable Deserializer<?> keyDeserializer,
      @Nullable Deserializer<?> valueDeserializer,
      Pattern topicPattern) {
    return source(null, name, null, keyDeserializer, valueDeserializer, topicPattern);
  }

  public Topology addSource(
      @Nullable AutoOffsetReset offsetReset,
      String name,
      @Nullable Deserializer<?> keyDeserializer,
      @Nullable Deserializer<?> valueDeserializer,
      String... topics) {
    return source(offsetReset, name, null, keyDeserializer, valueDeserializer, topics);
  }

  public Topology addSource(
      @Nullable AutoOffsetReset offsetReset,
      String name,
      @Nullable Deserializer<?> keyDeserializer,
      @Nullable Deserializer<?> valueDeserializer,
      Pattern topicPattern) {
    return source(offsetReset, name, null, keyDeserializer, valueDeserializer, topicPattern);
  }

  public Topology addSource(
      @Nullable AutoOffsetReset offsetReset,
      String name,
      @Nullable TimestampExtractor timestampExtractor,
      @Nullable Deserializer<?> keyDeserializer,
      @Nullable Deserializer<?> valueDeserializer,
      String... topics) {
    return source(
        offsetReset, name, timestampExtractor, keyDeserializer, valueDeserializer, topics);
  }

  public Topology addSource(
      @Nullable AutoOffsetReset offsetReset,
      String name,
      @Nullable TimestampExtractor timestampExtractor,
      @Nullable Deserializer<?> keyDeserializer,
      @Nullable Deserializer<?> valueDeserializer,
      Pattern topicPattern) {
    return source(
        offsetReset, name, timestampExtractor, keyDeserializer, valueDeserializer, topicPattern);
  }

  public Topology addSink(String name, String topic, String... parentNames) {
    return sink(name, topic, null, null, null, null, parentNames);
  }

  public Topology addSink(
      String name,
      String topic,
      @Nullable StreamPartitioner<?, ?> partitioner,
      String... parentNames) {
    return sink(name, topic, null, null, null, partitioner, parentNames);
  }

  public Topology addSink(
      String name,
      String topic,
      @Nullable Serializer<?> keySerializer,
      @Nullable Serializer<?> valueSerializer,
      String... parentNames) {
    return sink(name, topic, null, keySerializer, valueSerializer, null, parentNames);
  }

  public Topology addSink(
      String name,
      String topic,
      @Nullable Serializer<?> keySerializer,
      @Nullable Serializer<?> valueSerializer,
      @Nullable StreamPartitioner<?, ?> partitioner,
      String... parentNames) {
    return sink(name, topic, null, keySerializer, valueSerializer, partitioner, parentNames);
  }

  /** Adds a sink whose topic is chosen record by record. */
  public Topology addSink(
      String name, TopicNameExtractor<?, ?> topicExtractor, String... parentNames) {
    return sink(name, null, topicExtractor, null, null, null, parentNames);
  }

  /** Adds a sink whose topic is chosen record by record. */
  public Topology addSink(
      String name,
      TopicNameExtractor<?, ?> topicExtractor,
      @Nullable StreamPartitioner<?, ?> partitioner,
      String... parentNames) {
    return sink(name, null, topicExtractor, null, null, partitioner, parentNames);
  }

  /** Adds a sink whose topic is chosen record by record. */
  public Topology addSink(
      String name,
      TopicNameExtractor<?, ?> topicExtractor,
      @Nullable Serializer<?> keySerializer,
      @Nullable Serializer<?> valueSerializer,
      String... parentNames) {
    return sink(name, null, topicExtractor, keySerializer, valueSerializer, null, parentNames);
  }

  /** Adds a sink whose topic is chosen record by record. */
  public Topology addSink(
      String name,
      TopicNameExtractor<?, ?> topicExtractor,
      @Nullable Serializer<?> keySerializer,
      @Nullable Serializer<?> valueSerializer,
      @Nullable StreamPartitioner<?, ?> partitioner,
      String... parentNames) {
    return sink(
        name, null, topicExtractor, keySerializer, valueSerializer, partitioner, parentNames);
  }

  /**
   * Adds a processor, and the stores that its supplier brings.
   *
   * @throws IllegalArgumentException if the supplier returns the same processor twice
   */
  public Topology addProcessor(
      String name, ProcessorSupplier<?, ?, ?, ?> supplier, String... parentNames) {
    builder.addProcessor(name, List.of(parentNames), supplier);
    for (StoreBuilder<?> store : supplier.stores()) {
      builder.addStateStore(store, List.of(name));
    }
    return this;
  }

  /** Adds a store and lets the processors use it. */
  public Topology addStateStore(StoreBuilder<?> storeBuilder, String... processorNames) {
    builder.addStateStore(storeBuilder, List.of(processorNames));
    return this;
  }

  /** Lets the processor use the stores. */
  public Topology connectProcessorAndStateStores(String processorName, String... stateStoreNames) {
    builder.connectProcessorAndStateStores(processorName, List.of(stateStoreNames));
    return this;
  }

  /**
   * Adds a store that holds all partitions of {@code topic}, readable by every processor. The
   * processor writes each of the topic's records into the store and forwards nothing.
   */
  public <K, V> Topology addGlobalStore(
      StoreBuilder<?> storeBuilder,
      String sourceName,
      @Nullable Deserializer<K> keyDeserializer,
      @Nullable Deserializer<V> valueDeserializer,
      String topic,
      String processorName,
      ProcessorSupplier<K, V, Void, Void> stateUpdateSupplier) {
    return addGlobalStore(
        storeBuilder,
        sourceName,
        null,
        keyDeserializer,
        valueDeserializer,
        topic,
        processorName,
        stateUpdateSupplier);
  }

  /**
   * Adds a store that holds all partitions of {@code topic}, readable by every processor. The
   * processor writes each of the topic's records into the store and forwards nothing.
   */
  public <K, V> Topology addGlobalStore(
      StoreBuilder<?> storeBuilder,
      String sourceName,
      @Nullable TimestampExtractor timestampExtractor,
      @Nullable Deserializer<K> keyDeserializer,
      @Nullable Deserializer<V> valueDeserializer,
      String topic,
      String processorName,
      ProcessorSupplier<K, V, Void, Void> stateUpdateSupplier) {
    builder.addGlobalStore(
        storeBuilder,
        sourceName,
        topic,
        keyDeserializer,
        valueDeserializer,
        timestampExtractor,
        processorName,
        stateUpdateSupplier);
    return this;
  }

  private Topology source(
      @Nullable AutoOffsetReset offsetReset,
      String name,
      @Nullable TimestampExtractor timestampExtractor,
      @Nullable Deserializer<?> keyDeserializer,
      @Nullable Deserializer<?> valueDeserializer,
      String... topics) {
    builder.addSource(
        name,
        List.of(topics),
        null,
        keyDeserializer,
        valueDeserializer,
        timestampExtractor,
        offsetReset);
    return this;
  }

  private Topology source(
      @Nullable AutoOffsetReset offsetReset,
      String name,
      @Nullable TimestampExtractor timestampExtractor,
      @Nullable Deserializer<?> keyDeserializer,
      @Nullable Deserializer<?> valueDeserializer,
      Pattern topicPattern) {
    builder.addSource(
        name,
        List.of(),
        topicPattern,
        keyDeserializer,
        valueDeserializer,
        timestampExtractor,
        offsetReset);
    return this;
  }

  private Topology sink(
      String name,
      @Nullable String topic,
      @Nullable TopicNameExtractor<?, ?> topicExtractor,
      @Nullable Serializer<?> keySerializer,
      @Nullable Serializer<?> valueSerializer,
      @Nullable StreamPartitioner<?, ?> partitioner,
      String... parentNames) {
    builder.addSink(
        name,
        List.of(parentNames),
        topic,
        topicExtractor,
        keySerializer,
        valueSerializer,
        partitioner,
        false);
    return this;
  }
}
