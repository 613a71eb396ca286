package io.headwater.log.storage;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** There was no space left for a write. What had been acknowledged before is still there. */
public final class DiskFullException extends LogException {
  private static final long serialVersionUID = 1L;

  public DiskFullException(Path file, String doing, @Nullable Throwable cause) {
    super(
        "%s: no space left on its disk while %s; nothing written before is lost: free some space and try again"
            .formatted(file, doing),
        cause);
  }
}
