package io.headwater.log.storage;

/**
 * An open file, which keeps its name while it is open. One thread at a time may write, reserve,
 * truncate, release or close it, and one force it; any number may read meanwhile, and never wait
 * for the writer. Methods throw {@link LogException} if the storage fails, {@link
 * IllegalStateException} once closed. An interrupt of the thread has no effect on any of them.
 */
public interface StorageFile extends AutoCloseable {
  /** Writes of up to this many bytes gain from space that was reserved for them. */
  int SMALL_WRITE_BYTES = 16 << 10;

  /** The size in bytes, all finished writes and what is reserved included. */
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

  /**
   * Sees to it that the file has at least a size. What is new reads as zeros and has its place on
   * the disk: a full disk shows here. If it fails any part of it may have been done.
   *
   * <p>A small write that lies wholly in the file may then be one through mapped memory, which is
   * no disk operation: it cannot fail, it is there if the process ends, and until it is forced a
   * power cut leaves each page of 4 KiB that it touches as it was before or after it, whatever
   * becomes of the others.
   */
  void reserve(long size);

  /** Returns once all that was written, and the size, would survive a power cut. */
  void force();

  /**
   * Cuts the file to a size; does nothing if it is not longer. Nobody may read the part that is cut
   * off, before or after: a reader of the file may have it in memory.
   */
  void truncate(long size);

  /**
   * Gives back what the file holds of the operating system, such as a descriptor and mapped memory.
   * What is called later takes it again; space that was reserved stays, but has to be reserved
   * again for small writes to gain from it.
   */
  void release();

  @Override
  void close();
}
