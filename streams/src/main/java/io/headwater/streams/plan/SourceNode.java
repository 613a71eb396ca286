package io.headwater.streams.plan;

import io.headwater.serde.Deserializer;
import io.headwater.streams.AutoOffsetReset;
import io.headwater.streams.processor.TimestampExtractor;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads topics.
 *
 * @param topics what it reads, without the application's prefix; empty if there is a pattern
 * @param pattern reads each topic whose whole name matches; null if topics are named
 * @param keyDeserializer null for the application's default
 * @param valueDeserializer null for the application's default
 * @param timestampExtractor null for the application's default
 * @param offsetReset null for the application's default
 */
public record SourceNode(
    String name,
    List<String> topics,
    @Nullable Pattern pattern,
    @Nullable Deserializer<?> keyDeserializer,
    @Nullable Deserializer<?> valueDeserializer,
    @Nullable TimestampExtractor timestampExtractor,
    @Nullable AutoOffsetReset offsetReset)
    implements Node {
  public SourceNode {
    topics = List.copyOf(topics);
    if (topics.isEmpty() == (pattern == null)) {
      throw new IllegalArgumentException("source " + name + " needs either topics or a pattern");
    }
  }

  @Override
  public List<String> parents() {
    return List.of();
  }
}
