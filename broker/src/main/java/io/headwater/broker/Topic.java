package io.headwater.broker;

/**
 * A registered topic.
 *
 * @param number given once and never again: a topic created anew under an old name is told apart
 * @param config with the segment size settled
 */
record Topic(long number, String name, int partitions, TopicConfig config) {
  static final String OFFSETS = "__consumer_offsets";
  static final String TRANSACTIONS = "__transaction_state";

  boolean internal() {
    return isInternal(name);
  }

  static boolean isInternal(String name) {
    return name.equals(OFFSETS) || name.equals(TRANSACTIONS);
  }
}
