package io.headwater.streams.dsl;

import io.headwater.serde.Deserializer;
import io.headwater.serde.Serde;
import io.headwater.serde.Serializer;
import io.headwater.streams.errors.TopologyException;
import io.headwater.streams.kstream.Consumed;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Topics that are read as a stream. Two that read the same are one in the plan. */
final class SourceGraphNode extends GraphNode {
  final Set<String> topics;
  final @Nullable Pattern pattern;
  private final Consumed<?, ?> consumed;

  SourceGraphNode(
      String name, Set<String> topics, @Nullable Pattern pattern, Consumed<?, ?> consumed) {
    super(
        name,
        (builder, parents, nullKeysWanted) ->
            builder.addSource(
                name,
                List.copyOf(topics),
                pattern,
                deserializer(consumed.keySerde()),
                deserializer(consumed.valueSerde()),
                consumed.timestampExtractor(),
                consumed.offsetResetPolicy()));
    this.topics = topics;
    this.pattern = pattern;
    this.consumed = consumed;
  }

  static @Nullable Deserializer<?> deserializer(@Nullable Serde<?> serde) {
    return serde == null ? null : serde.deserializer();
  }

  static @Nullable Serializer<?> serializer(@Nullable Serde<?> serde) {
    return serde == null ? null : serde.serializer();
  }

  /** Whether the two read the same topics, by the same names or by the same pattern. */
  boolean readsSame(SourceGraphNode other) {
    return pattern == null
        ? other.pattern == null && topics.equals(other.topics)
        : other.pattern != null
            && pattern.pattern().equals(other.pattern.pattern())
            && pattern.flags() == other.pattern.flags();
  }

  /** Whether a topic is named by both. */
  boolean overlaps(SourceGraphNode other) {
    return topics.stream().anyMatch(other.topics::contains);
  }

  /** Takes over what follows the other one. */
  void takeOver(SourceGraphNode other) {
    if (!Objects.equals(consumed.offsetResetPolicy(), other.consumed.offsetResetPolicy())) {
      throw new TopologyException(
          "sources %s and %s read the same, %s, but from different offsets: %s and %s"
              .formatted(
                  name,
                  other.name,
                  pattern == null ? topics : pattern,
                  consumed.offsetResetPolicy(),
                  other.consumed.offsetResetPolicy()));
    }
    for (GraphNode child : new ArrayList<>(other.children)) {
      other.children.remove(child);
      child.parents.remove(other);
      child.parents.add(this);
      children.add(child);
    }
  }
}
