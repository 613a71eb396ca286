package io.headwater.broker;

import io.headwater.log.storage.DirectoryLock;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** A storage that tells of each read before it is done, so that a test can do something then. */
final class WatchedStorage implements Storage {
  private final Storage inner;
  private volatile Consumer<Path> beforeRead = path -> {};

  WatchedStorage(Storage inner) {
    this.inner = inner;
  }

  /** Does something before the next read of a path, once. */
  void beforeNextRead(Path read, Runnable action) {
    beforeRead =
        path -> {
          if (path.equals(read)) {
            beforeRead = other -> {};
            action.run();
          }
        };
  }

  /** Does something before one of the reads, counted from 0. */
  void beforeRead(int number, Runnable action) {
    beforeRead =
        new Consumer<>() {
          private int reads;

          @Override
          public void accept(Path path) {
            if (reads++ == number) {
              action.run();
            }
          }
        };
  }

  @Override
  public boolean exists(Path path) {
    beforeRead.accept(path);
    return inner.exists(path);
  }

  @Override
  public List<Path> list(Path folder) {
    beforeRead.accept(folder);
    return inner.list(folder);
  }

  @Override
  public StorageFile openReadOnly(Path file) {
    beforeRead.accept(file);
    return new Watched(file, inner.openReadOnly(file));
  }

  @Override
  public StorageFile open(Path file) {
    beforeRead.accept(file);
    return new Watched(file, inner.open(file));
  }

  @Override
  public StorageFile create(Path file) {
    return new Watched(file, inner.create(file));
  }

  @Override
  public void createDirectories(Path folder) {
    inner.createDirectories(folder);
  }

  @Override
  public void move(Path from, Path to) {
    inner.move(from, to);
  }

  @Override
  public String stamp(Path file) {
    return inner.stamp(file);
  }

  @Override
  public void delete(Path path) {
    inner.delete(path);
  }

  @Override
  public void forceDirectory(Path folder) {
    inner.forceDirectory(folder);
  }

  @Override
  public DirectoryLock lock(Path folder) {
    return inner.lock(folder);
  }

  private final class Watched implements StorageFile {
    private final Path path;
    private final StorageFile file;

    Watched(Path path, StorageFile file) {
      this.path = path;
      this.file = file;
    }

    @Override
    public int read(long position, byte[] target, int offset, int length) {
      beforeRead.accept(path);
      return file.read(position, target, offset, length);
    }

    @Override
    public long size() {
      return file.size();
    }

    @Override
    public void write(long position, byte[] source, int offset, int length) {
      file.write(position, source, offset, length);
    }

    @Override
    public void force() {
      file.force();
    }

    @Override
    public void reserve(long size) {
      file.reserve(size);
    }

    @Override
    public void release() {
      file.release();
    }

    @Override
    public void truncate(long size) {
      file.truncate(size);
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
