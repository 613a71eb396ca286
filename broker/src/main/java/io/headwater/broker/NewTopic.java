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
    ensureName(name, "a topic name");
    if (partitions < 1) {
      throw new IllegalArgumentException(
          "topic %s needs at least 1 partition, was %d".formatted(name, partitions));
    }
  }

  static void ensureName(String name, String what) {
    if (!NAME.matcher(name).matches() || name.equals(".") || name.equals("..")) {
      throw new IllegalArgumentException(
          "'%s' is not %s: 1 to 249 letters, digits, '.', '_' and '-', not '.' or '..'"
              .formatted(name, what));
    }
  }

  /** A topic with the default configuration. */
  public static NewTopic of(String name, int partitions) {
    return new NewTopic(name, partitions, TopicConfig.DEFAULT);
  }
}
