package io.headwater.streams.dsl;

import io.headwater.serde.Serde;
import io.headwater.streams.operator.KeyedOnly;
import io.headwater.streams.operator.PassThrough;
import io.headwater.streams.processor.FailOnInvalidTimestamp;
import io.headwater.streams.processor.ProcessorSupplier;
import io.headwater.streams.processor.StreamPartitioner;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A way through a topic of the application's own: three nodes and the topic. */
final class Repartition extends GraphNode {
  private static final Pattern GENERATED = Pattern.compile("KSTREAM.*-[0-9]{10}");
  private static final String SUFFIX = "-repartition";

  private Repartition(String sourceName, Writer writer) {
    super(sourceName, writer);
  }

  /**
   * A way whose topic and nodes are named after {@code prefix}; its nodes get generated names if
   * the prefix is one itself. Uses up three numbers.
   */
  static Repartition of(
      Graph graph,
      String prefix,
      @Nullable Serde<?> keySerde,
      @Nullable Serde<?> valueSerde,
      @Nullable StreamPartitioner<?, ?> partitioner,
      OptionalInt partitions) {
    String topic = prefix.endsWith(SUFFIX) ? prefix : prefix + SUFFIX;
    String generatedSink = graph.newName("KSTREAM-SINK-");
    String generatedFilter = graph.newName("KSTREAM-FILTER-");
    String generatedSource = graph.newName(Graph.SOURCE);
    boolean generated = GENERATED.matcher(prefix).matches();
    String sink = generated ? generatedSink : topic + "-sink";
    String filter = generated ? generatedFilter : topic + "-filter";
    String source = generated ? generatedSource : topic + "-source";
    return new Repartition(
        source,
        (builder, parents, nullKeysWanted) -> {
          builder.addRepartitionTopic(topic, partitions);
          builder.addProcessor(filter, parents, filter(nullKeysWanted));
          builder.addSink(
              sink,
              List.of(filter),
              topic,
              null,
              SourceGraphNode.serializer(keySerde),
              SourceGraphNode.serializer(valueSerde),
              partitioner,
              false);
          builder.addSource(
              source,
              List.of(topic),
              null,
              SourceGraphNode.deserializer(keySerde),
              SourceGraphNode.deserializer(valueSerde),
              new FailOnInvalidTimestamp(),
              null);
        });
  }

  private static ProcessorSupplier<Object, Object, Object, Object> filter(boolean nullKeysWanted) {
    return nullKeysWanted ? PassThrough<Object, Object>::new : KeyedOnly<Object, Object>::new;
  }
}
