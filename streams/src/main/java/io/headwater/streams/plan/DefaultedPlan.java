package io.headwater.streams.plan;

import io.headwater.serde.Deserializer;
import io.headwater.serde.Serde;
import io.headwater.serde.Serializer;
import io.headwater.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/** Puts the application's default serdes where a plan waits for them. */
record DefaultedPlan(Serde<?> keySerde, Serde<?> valueSerde) {
  Plan of(Plan plan) {
    return new Plan(
        plan.subtopologies().stream()
            .map(
                part ->
                    new Subtopology(
                        part.id(),
                        part.nodes().stream().map(this::node).toList(),
                        part.stores().stream()
                            .map(store -> new StorePlan(store(store.builder()), store.processors()))
                            .toList()))
            .toList(),
        plan.globalStores().stream()
            .map(
                store ->
                    new GlobalStorePlan(
                        store.id(), store.source(), store.processor(), store(store.builder())))
            .toList(),
        plan.repartitionTopics(),
        plan.copartitionGroups(),
        plan.operations());
  }

  private Node node(Node node) {
    if (node instanceof SourceNode source) {
      return new SourceNode(
          source.name(),
          source.topics(),
          source.pattern(),
          source.keyDeserializer(),
          deserializer(source.valueDeserializer()),
          source.timestampExtractor(),
          source.offsetReset());
    }
    if (node instanceof SinkNode sink) {
      return new SinkNode(
          sink.name(),
          sink.parents(),
          sink.topic(),
          sink.topicNameExtractor(),
          sink.keySerializer(),
          serializer(sink.valueSerializer()),
          sink.partitioner(),
          sink.windowedKey());
    }
    return node;
  }

  private @Nullable Serializer<?> serializer(@Nullable Serializer<?> serializer) {
    return serializer instanceof Defaulting<?> open
        ? (Serializer<?>) open.withDefaults(keySerde, valueSerde)
        : serializer;
  }

  private @Nullable Deserializer<?> deserializer(@Nullable Deserializer<?> deserializer) {
    return deserializer instanceof Defaulting<?> open
        ? (Deserializer<?>) open.withDefaults(keySerde, valueSerde)
        : deserializer;
  }

  private StoreBuilder<?> store(StoreBuilder<?> builder) {
    return builder instanceof Defaulting<?> open
        ? (StoreBuilder<?>) open.withDefaults(keySerde, valueSerde)
        : builder;
  }
}
