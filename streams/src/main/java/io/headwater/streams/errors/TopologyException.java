package io.headwater.streams.errors;

/** A topology contradicts itself: a name taken twice, a parent nobody added, a topic read twice. */
public final class TopologyException extends StreamsException {
  private static final long serialVersionUID = 1L;

  public TopologyException(String message) {
    super("Invalid topology: " + message);
  }
}
