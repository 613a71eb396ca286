package io.headwater.log.storage;

/**
 * An open file. One thread at a time may write, truncate or force it; any number may read
 * meanwhile, and never wait for the writer. Methods throw {@link LogException} if the storage
 * fails, {@link IllegalStateException} once closed.
 */
public interface StorageFile extends AutoCloseable {
  /** The size in bytes, all finished writes included. */
  long size();

  /**
   * Copies bytes from the file and returns how many: fewer than asked for only at the end of the
   * file, 0 at its end and past it.
   *
   * @param position the first byte to copy, from 0
   */
  int read(long position, byte[] target, int offset, int length);

  /**
   * Writes bytes at a position, which may be at most the size; the file grows as needed. If it
   * fails any part of the bytes may have been written.
   */
  void write(long position, byte[] source, int offset, int length);

  /** Returns once all that was written, and the size, would survive a power cut. */
  void force();

  /**
   * Cuts the file to a size; does nothing if it is not longer. Nobody may read the part that is cut
   * off, before or after: a reader of the file may have it in memory.
   */
  void truncate(long size);

  @Override
  void close();
}
