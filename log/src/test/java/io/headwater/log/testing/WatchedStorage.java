package io.headwater.log.testing;

import io.headwater.log.storage.DirectoryLock;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * A storage that tells of each file just before it is opened or made: for what another process does
 * in between two steps.
 */
public final class WatchedStorage implements Storage {
  private final Storage storage;
  private final Consumer<Path> watcher;

  /**
   * @param watcher is told the file; it may change the storage underneath
   */
  public WatchedStorage(Storage storage, Consumer<Path> watcher) {
    this.storage = storage;
    this.watcher = watcher;
  }

  @Override
  public StorageFile create(Path file) {
    watcher.accept(file);
    return storage.create(file);
  }

  @Override
  public StorageFile open(Path file) {
    watcher.accept(file);
    return storage.open(file);
  }

  @Override
  public StorageFile openReadOnly(Path file) {
    watcher.accept(file);
    return storage.openReadOnly(file);
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
}
