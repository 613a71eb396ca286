package io.headwater.broker;

import java.util.regex.Pattern;

/**
 * A topic to create.
 *
 * @param name 1 to 249 letters, digits, dots, underscores and hyphens; not {@code .} or {@code ..}
 * @param partitions at least 1
 */
public record NewTopic(String name, int partitions, TopicConfig config) {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

  public NewTopic {
    if (!NAME.matcher(name).matches() || name.equals(".") || name.equals("..")) {
      throw new IllegalArgumentException(
          "'%s' is not a topic name: 1 to 249 letters, digits, '.', '_' and '-', not '.' or '..'"
              .formatted(name));
    }
    if (partitions < 1) {
      throw new IllegalArgumentException(
          "topic %s needs at least 1 partition, was %d".formatted(name, partitions));
    }
  }

  /** A topic with the default configuration. */
  public static NewTopic of(String name, int partitions) {
    return new NewTopic(name, partitions, TopicConfig.DEFAULT);
  }
}
