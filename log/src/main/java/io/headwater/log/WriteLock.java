package io.headwater.log;

import io.headwater.log.storage.DirectoryLock;
import io.headwater.log.storage.Storage;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The right to write in a log's folder. Where that is a partition in the data folder of a broker,
 * Headwater's or Kafka's, it includes the lock of the data folder, which is the one that a broker
 * takes: so there is either the broker or the one log.
 */
final class WriteLock implements DirectoryLock {
  /** What both kinds of broker keep in their data folder, and in no other. */
  private static final String DATA_FOLDER = "meta.properties";

  private final DirectoryLock ofLog;
  private final DirectoryLock ofBroker;

  private WriteLock(DirectoryLock ofLog, DirectoryLock ofBroker) {
    this.ofLog = ofLog;
    this.ofBroker = ofBroker;
  }

  /**
   * Takes it.
   *
   * @throws io.headwater.log.storage.FolderInUseException if another log or a broker has it
   */
  static DirectoryLock take(Storage storage, Path folder) {
    Path above = above(folder);
    if (above == null || !storage.exists(above.resolve(DATA_FOLDER))) {
      return storage.lock(folder);
    }
    DirectoryLock ofBroker = storage.lock(above);
    DirectoryLock ofLog = null;
    try {
      ofLog = storage.lock(folder);
      return new WriteLock(ofLog, ofBroker);
    } finally {
      if (ofLog == null) {
        ofBroker.close();
      }
    }
  }

  private static @Nullable Path above(Path folder) {
    Path above = folder.normalize().getParent();
    return above == null ? folder.toAbsolutePath().normalize().getParent() : above;
  }

  @Override
  public void close() {
    try {
      ofLog.close();
    } finally {
      ofBroker.close();
    }
  }
}
