package io.headwater.state.bytes;

import org.jspecify.annotations.Nullable;

/** What a store finds on disk is not what it put there. */
public final class CorruptStoreException extends StoreException {
  private static final long serialVersionUID = 1L;

  public CorruptStoreException(String message) {
    super(message);
  }

  public CorruptStoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
