package io.headwater.broker;

/** The broker cannot do what was asked; the message says why and what to do. */
public class BrokerException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public BrokerException(String message) {
    super(message);
  }

  public BrokerException(String message, Throwable cause) {
    super(message, cause);
  }
}
