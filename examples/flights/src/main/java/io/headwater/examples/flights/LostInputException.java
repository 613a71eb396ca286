package io.headwater.examples.flights;

/** The topic of flights lacks flights that a loader wrote to it. */
public final class LostInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LostInputException(String message) {
    super(message);
  }
}
