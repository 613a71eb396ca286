package io.headwater.broker;

import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import java.nio.file.Path;

/** Small files that are read and replaced whole. */
final class WholeFile {
  private static final int SIZE_MAX = 1 << 30;

  private WholeFile() {}

  static byte[] read(Storage storage, Path path) {
    try (StorageFile file = storage.openReadOnly(path)) {
      long size = file.size();
      if (size > SIZE_MAX) {
        throw new LogException("%s is too large to be read: %d bytes".formatted(path, size));
      }
      byte[] bytes = new byte[(int) size];
      int read = 0;
      while (read < bytes.length) {
        int count = file.read(read, bytes, read, bytes.length - read);
        if (count <= 0) {
          throw new LogException(
              "%s ended after %d of %d bytes".formatted(path, read, bytes.length));
        }
        read += count;
      }
      return bytes;
    }
  }

  /**
   * A power cut may leave anything; for content that can be checked and done without. A reader sees
   * the old or the new.
   */
  static void write(Storage storage, Path path, byte[] content) {
    Path fresh = freshOf(path);
    try (StorageFile file = storage.create(fresh)) {
      file.write(0, content, 0, content.length);
    }
    storage.move(fresh, path);
  }

  /**
   * Once this returns the new content is durable; before, a power cut leaves the old or the new.
   */
  static void replace(Storage storage, Path path, byte[] content) {
    Path fresh = freshOf(path);
    try (StorageFile file = storage.create(fresh)) {
      file.write(0, content, 0, content.length);
      file.force();
    }
    storage.move(fresh, path);
    storage.forceDirectory(folderOf(path));
  }

  private static Path freshOf(Path path) {
    return path.resolveSibling(path.getFileName() + ".tmp");
  }

  private static Path folderOf(Path path) {
    Path folder = path.getParent();
    if (folder == null) {
      throw new IllegalArgumentException("not in a folder: " + path);
    }
    return folder;
  }
}
