package io.headwater.log;

import io.headwater.log.storage.LogException;

/** Something was asked for that needs an index which the log was opened without. */
public final class NoSuchIndexException extends LogException {
  private static final long serialVersionUID = 1L;

  public NoSuchIndexException(String message) {
    super(message);
  }
}
