package io.headwater.log;

import io.headwater.log.storage.LogException;

/** A log could have such a message, but has none (any more): it was deleted, or never published. */
public final class MessageNotFoundException extends LogException {
  private static final long serialVersionUID = 1L;

  /**
   * The log's name, and what it has not.
   *
   * @param what for example "message at offset 5"
   */
  public MessageNotFoundException(String log, String what) {
    super("%s has no %s".formatted(log, what));
  }
}
