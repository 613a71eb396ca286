package io.headwater.broker;

/** A batch's sequence number does not follow the last one of its producer: a batch is missing. */
public final class OutOfOrderSequenceException extends BrokerException {
  private static final long serialVersionUID = 1;

  OutOfOrderSequenceException(String message) {
    super(message);
  }
}
