package io.headwater.broker;

import io.headwater.log.record.TimestampType;
import java.util.Map;
import java.util.TreeMap;

/**
 * The configuration of a topic. In text it has Kafka's names and values:
 *
 * <pre>
 * cleanup.policy           delete (default) or compact
 * message.timestamp.type   CreateTime (default) or LogAppendTime
 * segment.bytes            a segment past this size is closed and a new one started
 * </pre>
 *
 * @param compacted only the last record of each key counts; older ones may be removed
 * @param segmentBytes 0 for the broker's own setting, else from {@value #SEGMENT_BYTES_MIN} up
 */
public record TopicConfig(TimestampType timestampType, boolean compacted, int segmentBytes) {
  /** What a topic has unless told otherwise. */
  public static final TopicConfig DEFAULT = new TopicConfig(TimestampType.CREATE_TIME, false, 0);

  /** The smallest {@code segment.bytes}. */
  public static final int SEGMENT_BYTES_MIN = 1024;

  static final String CLEANUP_POLICY = "cleanup.policy";
  static final String TIMESTAMP_TYPE = "message.timestamp.type";
  static final String SEGMENT_BYTES = "segment.bytes";

  public TopicConfig {
    if (segmentBytes != 0 && segmentBytes < SEGMENT_BYTES_MIN) {
      throw new IllegalArgumentException(
          "%s must be at least %d, was %d"
              .formatted(SEGMENT_BYTES, SEGMENT_BYTES_MIN, segmentBytes));
    }
  }

  /**
   * Reads a configuration in text form; what is not named has its default.
   *
   * @throws IllegalArgumentException for a name that is not known, or a value that is not allowed
   */
  public static TopicConfig parse(Map<String, String> config) {
    TopicConfig parsed = DEFAULT;
    for (Map.Entry<String, String> entry : config.entrySet()) {
      parsed = parsed.with(entry.getKey(), entry.getValue());
    }
    return parsed;
  }

  /**
   * This configuration with one setting changed, named as in the text form.
   *
   * @throws IllegalArgumentException for a name that is not known, or a value that is not allowed
   */
  public TopicConfig with(String name, String value) {
    return switch (name) {
      case CLEANUP_POLICY ->
          withCompacted(
              switch (value) {
                case "delete" -> false;
                case "compact" -> true;
                default -> throw notAllowed(name, value, "delete or compact");
              });
      case TIMESTAMP_TYPE ->
          withTimestampType(
              switch (value) {
                case "CreateTime" -> TimestampType.CREATE_TIME;
                case "LogAppendTime" -> TimestampType.LOG_APPEND_TIME;
                default -> throw notAllowed(name, value, "CreateTime or LogAppendTime");
              });
      case SEGMENT_BYTES -> {
        try {
          yield withSegmentBytes(Integer.parseInt(value));
        } catch (NumberFormatException e) {
          throw notAllowed(name, value, "a number of bytes");
        }
      }
      default ->
          throw new IllegalArgumentException(
              "unknown topic setting '%s'; known are %s, %s and %s"
                  .formatted(name, CLEANUP_POLICY, TIMESTAMP_TYPE, SEGMENT_BYTES));
    };
  }

  public TopicConfig withTimestampType(TimestampType type) {
    return new TopicConfig(type, compacted, segmentBytes);
  }

  public TopicConfig withCompacted(boolean compact) {
    return new TopicConfig(timestampType, compact, segmentBytes);
  }

  public TopicConfig withSegmentBytes(int bytes) {
    return new TopicConfig(timestampType, compacted, bytes);
  }

  /** The text form, sorted by name. */
  public Map<String, String> toMap() {
    var map = new TreeMap<String, String>();
    map.put(CLEANUP_POLICY, compacted ? "compact" : "delete");
    map.put(
        TIMESTAMP_TYPE,
        timestampType == TimestampType.CREATE_TIME ? "CreateTime" : "LogAppendTime");
    map.put(SEGMENT_BYTES, Integer.toString(segmentBytes));
    return map;
  }

  private static IllegalArgumentException notAllowed(String name, String value, String allowed) {
    return new IllegalArgumentException("%s must be %s, was '%s'".formatted(name, allowed, value));
  }
}
