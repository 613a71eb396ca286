package io.headwater.cli;

import io.headwater.broker.Broker;
import io.headwater.broker.BrokerView;
import io.headwater.broker.OffsetAndMetadata;
import io.headwater.broker.TopicPartition;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many lines of each source {@code write} has put into a topic. They are the committed offsets
 * of a group of the topic's own, and are committed with the records they stand for. Beside the
 * number stands a checksum of the lines, by which a file that only has the same name is told apart.
 */
final class WritePositions {
  private static final String GROUP_PREFIX = "headwater-write-";

  /** Keeps sources and topics apart: no topic has a colon in its name. */
  private static final String SOURCE_PREFIX = "file:";

  private static final Pattern NOTE = Pattern.compile("crc32c=([0-9a-f]{8})");

  private WritePositions() {}

  /**
   * How much of a source is in the topic.
   *
   * @param checksum CRC-32C of the lines, each with a line feed at its end
   */
  record Position(long lines, long checksum) {}

  static String group(String topic) {
    return GROUP_PREFIX + topic;
  }

  /** What of the source is in the topic; empty if nothing is. */
  static Optional<Position> find(BrokerView broker, String topic, String source) {
    OffsetAndMetadata committed = broker.committedOffsets(group(topic)).get(place(source));
    if (committed == null || committed.offset() == 0) {
      return Optional.empty();
    }
    Matcher note = NOTE.matcher(committed.metadata());
    if (!note.matches()) {
      throw new UserException(
          "the position of %s in topic %s has the note \"%s\", which is not ours"
              .formatted(source, topic, committed.metadata()));
    }
    return Optional.of(new Position(committed.offset(), Long.parseLong(note.group(1), 16)));
  }

  static Map<TopicPartition, OffsetAndMetadata> toOffsets(String source, Position position) {
    return Map.of(
        place(source),
        new OffsetAndMetadata(position.lines(), "crc32c=%08x".formatted(position.checksum())));
  }

  private static TopicPartition place(String source) {
    return new TopicPartition(SOURCE_PREFIX + source, 0);
  }

  /** Makes every source start at its first line again, as is right for a topic that was deleted. */
  static void forget(Broker broker, String topic) {
    var none = new HashMap<TopicPartition, OffsetAndMetadata>();
    broker
        .committedOffsets(group(topic))
        .keySet()
        .forEach(source -> none.put(source, OffsetAndMetadata.of(0)));
    if (!none.isEmpty()) {
      broker.commitOffsets(group(topic), none);
    }
  }
}
