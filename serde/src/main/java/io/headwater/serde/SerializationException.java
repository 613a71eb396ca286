package io.headwater.serde;

import org.jspecify.annotations.Nullable;

/** A value has no form in bytes, or bytes are not a value of the type they were read as. */
public final class SerializationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SerializationException(String message) {
    super(message);
  }

  public SerializationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
