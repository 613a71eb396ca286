package io.headwater.broker;

import org.jspecify.annotations.Nullable;

/**
 * A registered topic.
 *
 * @param number given once and never again: a topic created anew under an old name is told apart
 * @param config with the segment size settled
 * @param owner the application that keeps what is its own there; null for everybody's topic
 */
record Topic(long number, String name, int partitions, TopicConfig config, @Nullable String owner) {
  static final String OFFSETS = "__consumer_offsets";
  static final String TRANSACTIONS = "__transaction_state";

  Topic ownedBy(String application) {
    return new Topic(number, name, partitions, config, application);
  }

  boolean internal() {
    return isInternal(name);
  }

  static boolean isInternal(String name) {
    return name.equals(OFFSETS) || name.equals(TRANSACTIONS);
  }
}
