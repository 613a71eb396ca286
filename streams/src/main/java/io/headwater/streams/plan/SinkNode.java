package io.headwater.streams.plan;

import io.headwater.serde.Serializer;
import io.headwater.streams.processor.StreamPartitioner;
import io.headwater.streams.processor.TopicNameExtractor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes what its parents forward to a topic.
 *
 * @param topic where to, without the application's prefix; null if there is a chooser
 * @param topicNameExtractor chooses a topic for each record; null if the topic is named
 * @param keySerializer null for the application's default
 * @param valueSerializer null for the application's default
 * @param partitioner null for the default: by the hash of the key's bytes
 * @param windowedKey whether the key's last {@value #WINDOW_BYTES} bytes are the start of a window:
 *     the default partitioner leaves them out, so that all windows of a key are in one partition
 */
public record SinkNode(
    String name,
    List<String> parents,
    @Nullable String topic,
    @Nullable TopicNameExtractor<?, ?> topicNameExtractor,
    @Nullable Serializer<?> keySerializer,
    @Nullable Serializer<?> valueSerializer,
    @Nullable StreamPartitioner<?, ?> partitioner,
    boolean windowedKey)
    implements Node {
  /** How many bytes of a windowed key name the window. */
  public static final int WINDOW_BYTES = Long.BYTES;

  public SinkNode {
    parents = List.copyOf(parents);
    if ((topic == null) == (topicNameExtractor == null)) {
      throw new IllegalArgumentException("sink " + name + " needs either a topic or a chooser");
    }
  }
}
