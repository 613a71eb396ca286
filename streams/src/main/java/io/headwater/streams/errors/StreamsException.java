package io.headwater.streams.errors;

import org.jspecify.annotations.Nullable;

/** A streams application cannot go on, or cannot be put together. */
public class StreamsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StreamsException(String message) {
    super(message);
  }

  public StreamsException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
