package io.headwater.cli;

import org.jspecify.annotations.Nullable;

/** What was asked for cannot be done. The message is all that the user is shown: one line. */
final class UserException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UserException(String message) {
    super(message);
  }

  UserException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
