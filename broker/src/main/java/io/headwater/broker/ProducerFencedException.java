package io.headwater.broker;

/**
 * A newer producer took over this one's identity, or its transaction was open for too long and has
 * been aborted. It cannot go on; make a new one.
 */
public final class ProducerFencedException extends BrokerException {
  private static final long serialVersionUID = 1;

  ProducerFencedException(String message) {
    super(message);
  }
}
