package io.headwater.log.storage;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that was opened for reading is gone, or another one has its name: a process that writes
 * the folder deleted from it. Looking at the folder again shows what is there now.
 */
public final class FileReplacedException extends LogException {
  private static final long serialVersionUID = 1L;

  public FileReplacedException(Path file, @Nullable Throwable cause) {
    super(
        "%s was deleted or replaced by the process that writes its folder: look at the folder again"
            .formatted(file),
        cause);
  }
}
