package io.headwater.log.storage;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A log or one of its files could not do what was asked; the message names the file. */
public class LogException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LogException(String message) {
    this(message, null);
  }

  public LogException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** A file's path as messages show it: its folder, which says the partition, and its name. */
  public static String shortName(Path file) {
    int names = file.getNameCount();
    return names <= 2 ? file.toString() : file.subpath(names - 2, names).toString();
  }
}
