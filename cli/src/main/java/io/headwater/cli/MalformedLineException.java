package io.headwater.cli;

import org.jspecify.annotations.Nullable;

/** A line is no record. The message says why, and is meant to stand behind the line's place. */
final class MalformedLineException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedLineException(String message) {
    this(message, null);
  }

  MalformedLineException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
