package io.headwater.log;

import io.headwater.log.storage.LogException;
import java.nio.file.Path;

/** Something was to be changed in a log that is open for reading only. */
public final class ReadOnlyLogException extends LogException {
  private static final long serialVersionUID = 1L;

  public ReadOnlyLogException(Path folder) {
    super("%s is open for reading only; open it without readOnly to change it".formatted(folder));
  }
}
