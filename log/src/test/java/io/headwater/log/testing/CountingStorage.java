package io.headwater.log.testing;

import io.headwater.log.storage.DirectoryLock;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;

/** A storage that counts how many bytes are read of each file. */
public final class CountingStorage implements Storage {
  private final Storage storage;
  private final TreeMap<Path, Long> bytesRead = new TreeMap<>();

  public CountingStorage(Storage storage) {
    this.storage = storage;
  }

  /** How many bytes were read of files whose names end so, since {@link #reset}. */
  public synchronized long bytesRead(String suffix) {
    return bytesRead.entrySet().stream()
        .filter(each -> each.getKey().toString().endsWith(suffix))
        .mapToLong(each -> each.getValue())
        .sum();
  }

  /** Counts from 0 again. */
  public synchronized void reset() {
    bytesRead.clear();
  }

  private synchronized void count(Path file, int bytes) {
    bytesRead.merge(file, (long) bytes, Long::sum);
  }

  @Override
  public void createDirectories(Path folder) {
    storage.createDirectories(folder);
  }

  @Override
  public boolean exists(Path path) {
    return storage.exists(path);
  }

  @Override
  public List<Path> list(Path folder) {
    return storage.list(folder);
  }

  @Override
  public StorageFile create(Path file) {
    return new Counted(file, storage.create(file));
  }

  @Override
  public StorageFile open(Path file) {
    return new Counted(file, storage.open(file));
  }

  @Override
  public StorageFile openReadOnly(Path file) {
    return new Counted(file, storage.openReadOnly(file));
  }

  @Override
  public String stamp(Path file) {
    return storage.stamp(file);
  }

  @Override
  public void move(Path from, Path to) {
    storage.move(from, to);
  }

  @Override
  public void delete(Path path) {
    storage.delete(path);
  }

  @Override
  public void forceDirectory(Path folder) {
    storage.forceDirectory(folder);
  }

  @Override
  public DirectoryLock lock(Path folder) {
    return storage.lock(folder);
  }

  private final class Counted implements StorageFile {
    private final Path path;
    private final StorageFile file;

    Counted(Path path, StorageFile file) {
      this.path = path;
      this.file = file;
    }

    @Override
    public long size() {
      return file.size();
    }

    @Override
    public int read(long position, byte[] target, int offset, int length) {
      int read = file.read(position, target, offset, length);
      count(path, read);
      return read;
    }

    @Override
    public void write(long position, byte[] source, int offset, int length) {
      file.write(position, source, offset, length);
    }

    @Override
    public void reserve(long size) {
      file.reserve(size);
    }

    @Override
    public void force() {
      file.force();
    }

    @Override
    public void truncate(long size) {
      file.truncate(size);
    }

    @Override
    public void release() {
      file.release();
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
