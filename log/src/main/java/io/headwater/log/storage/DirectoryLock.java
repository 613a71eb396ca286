package io.headwater.log.storage;

/**
 * The right to write in a folder, held until closed or until the process ends, however it ends.
 * Closing it twice is harmless.
 */
public interface DirectoryLock extends AutoCloseable {
  @Override
  void close();
}
