package io.headwater.streams.runtime;

/** Remembers which node failed, on the way from there to the worker; never seen by users. */
final class OperatorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String node;
  private final Throwable failure;

  OperatorException(String node, Throwable failure) {
    super(node, failure, false, false);
    this.node = node;
    this.failure = failure;
  }

  String node() {
    return node;
  }

  /** What was thrown. */
  Throwable failure() {
    return failure;
  }
}
