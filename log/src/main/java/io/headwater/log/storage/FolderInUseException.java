package io.headwater.log.storage;

import java.nio.file.Path;
import java.util.OptionalLong;

/** Another writer holds the folder. */
public final class FolderInUseException extends LogException {
  private static final long serialVersionUID = 1L;

  private final long pid;

  /**
   * The folder and who holds it.
   *
   * @param pid the holder's process id, or a negative number if it is not known
   */
  public FolderInUseException(Path folder, long pid) {
    super(message(folder, pid));
    this.pid = pid;
  }

  private static String message(Path folder, long pid) {
    if (pid == ProcessHandle.current().pid()) {
      return "%s is already open for writing in this process (%d); close it there first"
          .formatted(folder, pid);
    }
    return "%s is in use by %s; stop it first, or open the folder for reading only"
        .formatted(folder, pid < 0 ? "another process" : "process " + pid);
  }

  /** The holder's process id; empty if it could not be read. */
  public OptionalLong pid() {
    return pid < 0 ? OptionalLong.empty() : OptionalLong.of(pid);
  }
}
