package io.headwater.log.storage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A lock on a folder's {@code .lock} file, which holds the owner's process id as text. The
 * operating system drops it when the process ends.
 *
 * <p>The folders that this process holds are remembered besides: such a lock is the process's, and
 * is lost when any descriptor of the file is closed, so the file of a held folder must not be
 * touched.
 */
final class DiskLock implements DirectoryLock {
  private static final String NAME = ".lock";
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final RandomAccessFile access;
  private boolean closed;

  private DiskLock(Path folder, RandomAccessFile access) {
    this.folder = folder;
    this.access = access;
  }

  static DiskLock take(Path folder) {
    Path file = folder.resolve(NAME);
    Path real;
    try {
      real = folder.toRealPath();
    } catch (IOException e) {
      throw DiskStorage.failure(folder, "locking the folder", e);
    }
    if (!HELD.add(real)) {
      throw new FolderInUseException(folder, ProcessHandle.current().pid());
    }
    boolean taken = false;
    try {
      Optional<RandomAccessFile> locked = Uninterrupted.call(() -> tryLock(file));
      if (locked.isEmpty()) {
        throw new FolderInUseException(folder, pidIn(file));
      }
      RandomAccessFile access = locked.get();
      writePid(access);
      taken = true;
      return new DiskLock(real, access);
    } catch (IOException e) {
      throw DiskStorage.failure(file, "locking the folder", e);
    } finally {
      if (!taken) {
        HELD.remove(real);
      }
    }
  }

  private static Optional<RandomAccessFile> tryLock(Path file) throws IOException {
    var access = new RandomAccessFile(file.toFile(), "rw");
    FileLock lock = null;
    try {
      lock = access.getChannel().tryLock();
    } catch (OverlappingFileLockException e) {
      // Other code of this process holds it, without our knowing: as good as another process.
    } finally {
      if (lock == null) {
        access.close();
      }
    }
    return lock == null ? Optional.empty() : Optional.of(access);
  }

  /** Writes this process's id; if it fails, the file is closed, which ends the lock. */
  private static void writePid(RandomAccessFile access) throws IOException {
    boolean written = false;
    try {
      access.setLength(0);
      access.write((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII));
      written = true;
    } finally {
      if (!written) {
        access.close();
      }
    }
  }

  private static long pidIn(Path file) {
    try {
      return Long.parseLong(Files.readString(file, StandardCharsets.US_ASCII).strip());
    } catch (IOException | NumberFormatException e) {
      return -1; // the holder is just writing it: the caller is told so without its number
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      access.close();
    } catch (IOException e) {
      throw DiskStorage.failure(folder, "unlocking the folder", e);
    } finally {
      HELD.remove(folder);
    }
  }
}
