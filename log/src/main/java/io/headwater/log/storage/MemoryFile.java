package io.headwater.log.storage;

import java.nio.file.Path;
import java.util.Arrays;

/**
 * The bytes of a file in memory, in pages: growing copies only the list of pages, so readers go on
 * in the old one. The size is written last and read first, which orders all else between threads.
 */
final class MemoryFile {
  private static final int PAGE_BYTES = 64 << 10;

  private byte[][] pages = {};
  private volatile long size;
  private volatile long changes; // written in synchronized methods

  /** Tells whether it is the same file, with the same bytes. */
  String stamp() {
    return "%d-%d".formatted(System.identityHashCode(this), changes);
  }

  /** Opens it. The bytes stay when the opened file is closed. */
  StorageFile open(Path path, boolean writable) {
    return new Opened(path, writable);
  }

  private int read(long position, byte[] target, int offset, int length) {
    int bytes = (int) Math.min(length, size - position);
    if (bytes <= 0) {
      return 0;
    }
    byte[][] current = pages;
    for (int done = 0; done < bytes; ) {
      int page = (int) ((position + done) / PAGE_BYTES);
      int within = (int) ((position + done) % PAGE_BYTES);
      int part = Math.min(bytes - done, PAGE_BYTES - within);
      System.arraycopy(current[page], within, target, offset + done, part);
      done += part;
    }
    return bytes;
  }

  private synchronized void write(long position, byte[] source, int offset, int length) {
    changes++;
    growTo(position + length);
    for (int done = 0; done < length; ) {
      int page = (int) ((position + done) / PAGE_BYTES);
      int within = (int) ((position + done) % PAGE_BYTES);
      int part = Math.min(length - done, PAGE_BYTES - within);
      System.arraycopy(source, offset + done, pages[page], within, part);
      done += part;
    }
    size = Math.max(size, position + length);
  }

  private void growTo(long sizeWanted) {
    int pagesNeeded = (int) ((sizeWanted + PAGE_BYTES - 1) / PAGE_BYTES);
    if (pagesNeeded > pages.length) {
      byte[][] more = Arrays.copyOf(pages, pagesNeeded);
      for (int i = pages.length; i < pagesNeeded; i++) {
        more[i] = new byte[PAGE_BYTES];
      }
      pages = more;
    }
  }

  private synchronized void reserve(long sizeWanted) {
    growTo(sizeWanted);
    size = Math.max(size, sizeWanted);
  }

  private synchronized void truncate(long sizeWanted) {
    changes++;
    for (long at = sizeWanted; at < size; at = (at / PAGE_BYTES + 1) * PAGE_BYTES) {
      Arrays.fill(pages[(int) (at / PAGE_BYTES)], (int) (at % PAGE_BYTES), PAGE_BYTES, (byte) 0);
    }
    size = Math.min(size, sizeWanted);
  }

  private final class Opened implements StorageFile {
    private final Path path;
    private final boolean writable;
    private volatile boolean closed;

    Opened(Path path, boolean writable) {
      this.path = path;
      this.writable = writable;
    }

    @Override
    public long size() {
      ensureOpen();
      return size;
    }

    @Override
    public int read(long position, byte[] target, int offset, int length) {
      ensureOpen();
      return MemoryFile.this.read(position, target, offset, length);
    }

    @Override
    public void write(long position, byte[] source, int offset, int length) {
      ensureWritable();
      if (position > size) {
        throw new IllegalArgumentException(
            "write at byte %d would leave a gap in %s, which has %d bytes"
                .formatted(position, path, size));
      }
      MemoryFile.this.write(position, source, offset, length);
    }

    @Override
    public void reserve(long sizeWanted) {
      ensureWritable();
      MemoryFile.this.reserve(sizeWanted);
    }

    @Override
    public void force() {
      ensureOpen();
    }

    @Override
    public void truncate(long sizeWanted) {
      ensureWritable();
      MemoryFile.this.truncate(sizeWanted);
    }

    @Override
    public void release() {
      ensureOpen();
    }

    @Override
    public void close() {
      closed = true;
    }

    private void ensureWritable() {
      ensureOpen();
      if (!writable) {
        throw new LogException(path + " is open for reading only");
      }
    }

    private void ensureOpen() {
      if (closed) {
        throw new IllegalStateException(path + " is closed");
      }
    }
  }
}
