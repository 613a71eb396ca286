package io.headwater.state.bytes;

import org.jspecify.annotations.Nullable;

/** A store could not read or write; the message names the store and what it did. */
public class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreException(String message) {
    super(message);
  }

  public StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
