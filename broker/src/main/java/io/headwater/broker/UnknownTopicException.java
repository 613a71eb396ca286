package io.headwater.broker;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** There is no topic, or no partition, of that name. The message lists topics with near names. */
public final class UnknownTopicException extends BrokerException {
  private static final long serialVersionUID = 1;
  private static final int NEAR_COUNT_MAX = 3;

  private UnknownTopicException(String message) {
    super(message);
  }

  static UnknownTopicException topic(String name, Collection<String> topics) {
    List<String> near = near(name, topics);
    return new UnknownTopicException(
        "there is no topic '%s'%s"
            .formatted(
                name, near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?"));
  }

  static UnknownTopicException partition(TopicPartition wanted, int partitions) {
    return new UnknownTopicException(
        "topic %s has no partition %d: its partitions are 0 to %d"
            .formatted(wanted.topic(), wanted.partition(), partitions - 1));
  }

  static UnknownTopicException deleted(String name) {
    return new UnknownTopicException("topic %s has been deleted".formatted(name));
  }

  private static List<String> near(String name, Collection<String> topics) {
    String wanted = name.toLowerCase(Locale.ROOT);
    int distanceMax = Math.max(1, wanted.length() / 3);
    return topics.stream()
        .filter(
            topic ->
                topic.toLowerCase(Locale.ROOT).startsWith(wanted)
                    || distance(wanted, topic.toLowerCase(Locale.ROOT)) <= distanceMax)
        .sorted(
            Comparator.comparingInt(
                    (String topic) -> distance(wanted, topic.toLowerCase(Locale.ROOT)))
                .thenComparing(Comparator.naturalOrder()))
        .limit(NEAR_COUNT_MAX)
        .toList();
  }

  /** How many letters must be added, removed or replaced to turn one name into the other. */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
