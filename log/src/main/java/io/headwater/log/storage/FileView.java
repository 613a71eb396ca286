package io.headwater.log.storage;

import java.nio.ByteBuffer;

/** The bytes of a file that nobody changes while they are looked at. Safe for many threads. */
public interface FileView extends AutoCloseable {
  /**
   * All bytes of the file, to be read at absolute positions. On a disk they are the file itself,
   * mapped: nobody may touch them once the view is closed, that would end the process.
   */
  ByteBuffer bytes();

  @Override
  void close();
}
