package io.headwater.log.record;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * An array that grows as bytes are added, up to a limit, and is kept for the next use. Not safe for
 * many threads.
 */
final class ByteSink extends OutputStream {
  private final int limit;
  private byte[] bytes = {};
  private int size;

  /** A sink that takes at most so many bytes. */
  ByteSink(int limit) {
    this.limit = limit;
  }

  /** Empties it, but for some bytes at the start that are the caller's to fill in. */
  void restart(int reservedBytes) {
    size = 0;
    room(reservedBytes);
    size = reservedBytes;
  }

  byte[] array() {
    return bytes;
  }

  int size() {
    return size;
  }

  /** How many bytes the array has left. */
  int left() {
    return bytes.length - size;
  }

  /** How many more bytes it takes. */
  int takes() {
    return limit - size;
  }

  /**
   * Makes room for at least some bytes, which may be more than it will take, and returns the array.
   */
  byte[] room(int more) {
    long needed = (long) size + more;
    if (needed > bytes.length) {
      long grown = Math.max(needed, Math.min(limit, Math.max(1024, 2L * bytes.length)));
      if (grown > Integer.MAX_VALUE - 8) {
        throw new IllegalArgumentException(
            "a batch of %d bytes cannot take %d more: its size is limited to 2 GiB"
                .formatted(size, more));
      }
      bytes = Arrays.copyOf(bytes, (int) grown);
    }
    return bytes;
  }

  /**
   * Notes that bytes were put into the array behind those that it has.
   *
   * @throws IOException if it takes no more
   */
  void added(int more) throws IOException {
    ensureTakes(more);
    size += more;
  }

  /**
   * Returns if it takes so many more bytes.
   *
   * @throws IOException if not
   */
  void ensureTakes(long more) throws IOException {
    if (more > limit - size) {
      throw new IOException("they are more than %d bytes, the limit".formatted(limit));
    }
  }

  @Override
  public void write(int value) throws IOException {
    ensureTakes(1);
    room(1)[size++] = (byte) value;
  }

  @Override
  public void write(byte[] source, int from, int length) throws IOException {
    ensureTakes(length);
    System.arraycopy(source, from, room(length), size, length);
    size += length;
  }
}
