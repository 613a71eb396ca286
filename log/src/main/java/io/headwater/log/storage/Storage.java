package io.headwater.log.storage;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the files of a log live. Safe for many threads. Every method throws {@link LogException}
 * naming the file if the storage fails, {@link DiskFullException} if it is full.
 *
 * <p>What survives a power cut: a file's bytes once {@link StorageFile#force} returned, and its
 * name (its creation, move or deletion) once {@link #forceDirectory} of its folder returned. Until
 * then each of them may or may not be there.
 */
public interface Storage {
  /** The disk of this machine. */
  static Storage disk() {
    return DiskStorage.INSTANCE;
  }

  /** A new, empty storage in memory. It is gone with the object. */
  static Storage memory() {
    return new MemoryStorage();
  }

  /**
   * Creates the folder and those above it where they are missing, and makes their names durable.
   */
  void createDirectories(Path folder);

  /** Whether there is a file or folder of that name. */
  boolean exists(Path path);

  /** The files and folders in a folder, sorted by name; none if there is no such folder. */
  List<Path> list(Path folder);

  /** Opens a file for reading and writing, new or emptied. Its folder must exist. */
  StorageFile create(Path file);

  /** Opens an existing file for reading and writing. */
  StorageFile open(Path file);

  /**
   * Opens an existing file for reading. Another process may be writing it: {@link StorageFile#size}
   * follows its growth.
   */
  StorageFile openReadOnly(Path file);

  /**
   * The bytes of an existing file of less than 2 GiB, for many small looks at places far apart: of
   * a disk's file it is a mapping and holds no descriptor. While the view is open nobody may cut or
   * delete the file, or write where the view is looked at.
   */
  default FileView view(Path file) {
    try (StorageFile opened = openReadOnly(file)) {
      byte[] copy = new byte[Math.toIntExact(opened.size())];
      ByteBuffer bytes =
          ByteBuffer.wrap(copy, 0, opened.read(0, copy, 0, copy.length)).slice().asReadOnlyBuffer();
      return new FileView() {
        @Override
        public ByteBuffer bytes() {
          return bytes;
        }

        @Override
        public void close() {}
      };
    }
  }

  /**
   * Tells whether a file is what it was: the stamp of a name changes when the bytes of its file do,
   * or when another file takes the name; that of a file that is being written through a mapping
   * maybe not before it is forced or closed. One line without spaces.
   */
  String stamp(Path file);

  /** Renames a file in one step, in place of any that has the new name. */
  void move(Path from, Path to);

  /** Deletes a file or an empty folder; does nothing if there is none. */
  void delete(Path path);

  /** Makes the names in a folder durable: all that was created, moved or deleted in it so far. */
  void forceDirectory(Path folder);

  /**
   * Takes the right to write in a folder, which must exist. Held against other processes and
   * against this one. The lock file stays behind.
   *
   * @throws FolderInUseException if it is held, naming the holder's process
   */
  DirectoryLock lock(Path folder);
}
