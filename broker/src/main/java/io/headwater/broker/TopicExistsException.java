package io.headwater.broker;

/** A topic of that name is there already. */
public final class TopicExistsException extends BrokerException {
  private static final long serialVersionUID = 1;

  TopicExistsException(String name) {
    super("topic %s exists already".formatted(name));
  }
}
