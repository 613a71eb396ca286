package io.headwater.log;

import io.headwater.log.storage.LogException;

/**
 * A deletion ended before all was deleted. What is in {@link #deleted} is gone, the rest is not.
 */
public final class DeleteFailedException extends LogException {
  private static final long serialVersionUID = 1L;

  private final transient Deleted deleted;

  DeleteFailedException(String log, Deleted deleted, Exception cause) {
    super(
        "%s: the deletion ended after %d messages: %s"
            .formatted(
                log,
                deleted.offsets().count(),
                cause instanceof InterruptedException ? "interrupted" : cause.getMessage()),
        cause);
    this.deleted = deleted;
  }

  /** What was deleted before it ended. */
  public Deleted deleted() {
    return deleted;
  }
}
