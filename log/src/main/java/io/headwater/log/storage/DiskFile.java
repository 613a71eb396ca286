package io.headwater.log.storage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A file of this machine.
 *
 * <p>Written through a {@link RandomAccessFile}, because an interrupt of the writing thread would
 * close a channel for everybody. Read through a mapping of what had been written when it was made,
 * and past its end through a second descriptor, so that a reader which follows the writer does not
 * make a mapping for every write: the file is mapped again once the part past the mapping is long,
 * or has been read often.
 *
 * <p>A file opened for reading only is never mapped: its writer is another process, which may cut a
 * torn tail off while we look at it, and touching a mapped page that is gone is fatal.
 */
final class DiskFile implements StorageFile {
  private static final long REMAP_BYTES_MIN = 64 << 10;
  private static final long REMAP_BYTES_MAX = 4 << 20;
  private static final int REMAP_READS = 32;

  private final Path path;
  private final RandomAccessFile access;
  private final boolean writable;
  private final Object mappingLock = new Object();
  private final Object tailLock = new Object();
  private final AtomicInteger tailReads = new AtomicInteger();
  private @Nullable RandomAccessFile tail; // guarded by tailLock
  private volatile @Nullable Mapping mapping; // replaced under mappingLock
  private volatile long size;
  private volatile boolean closed;

  private DiskFile(Path path, RandomAccessFile access, boolean writable, long size) {
    this.path = path;
    this.access = access;
    this.writable = writable;
    this.size = size;
  }

  static DiskFile writable(Path path, RandomAccessFile access) throws IOException {
    return new DiskFile(path, access, true, access.length());
  }

  static DiskFile readOnly(Path path, RandomAccessFile access) throws IOException {
    return new DiskFile(path, access, false, access.length());
  }

  @Override
  public long size() {
    ensureOpen();
    if (writable) {
      return size;
    }
    try {
      return access.length();
    } catch (IOException e) {
      throw DiskStorage.failure(path, "asking for its size", e);
    }
  }

  @Override
  public int read(long position, byte[] target, int offset, int length) {
    long available = size() - position;
    int bytes = (int) Math.min(length, available);
    if (bytes <= 0) {
      return 0;
    }
    if (writable) {
      Mapping current = mappingUpTo(position + bytes);
      if (current != null) {
        try {
          current.read((int) position, target, offset, bytes);
        } finally {
          current.release();
        }
        return bytes;
      }
    }
    return readTail(position, target, offset, bytes);
  }

  /** A retained mapping that reaches to {@code end}; null if that part is better read directly. */
  private @Nullable Mapping mappingUpTo(long end) {
    while (true) {
      Mapping current = mapping;
      if (current != null && end <= current.size()) {
        if (current.retain()) {
          return current;
        }
        ensureOpen();
        continue; // it was replaced between the two looks at it
      }
      long sizeNow = size;
      long mapped = current == null ? 0 : current.size();
      long step = Math.max(REMAP_BYTES_MIN, Math.min(REMAP_BYTES_MAX, mapped));
      boolean often = tailReads.incrementAndGet() > REMAP_READS;
      if (sizeNow > Integer.MAX_VALUE || (sizeNow - mapped < step && !often)) {
        return null;
      }
      synchronized (mappingLock) {
        ensureOpen();
        if (mapping == current) {
          try {
            mapping = Mapping.of(path, size); // which a truncate may have made less by now
          } catch (IOException e) {
            throw DiskStorage.failure(path, "mapping it", e);
          }
          tailReads.set(0);
          if (current != null) {
            current.release();
          }
        }
      }
    }
  }

  private int readTail(long position, byte[] target, int offset, int bytes) {
    synchronized (tailLock) {
      ensureOpen();
      try {
        if (tail == null) {
          tail = new RandomAccessFile(path.toFile(), "r");
        }
        tail.seek(position);
        int done = 0;
        while (done < bytes) {
          int more = tail.read(target, offset + done, bytes - done);
          if (more < 0) {
            break;
          }
          done += more;
        }
        return done;
      } catch (IOException e) {
        throw DiskStorage.failure(
            path, "reading %d bytes at byte %d".formatted(bytes, position), e);
      }
    }
  }

  @Override
  public void write(long position, byte[] source, int offset, int length) {
    ensureOpen();
    if (position > size) {
      throw new IllegalArgumentException(
          "write at byte %d would leave a gap in %s, which has %d bytes"
              .formatted(position, path, size));
    }
    try {
      access.seek(position);
      access.write(source, offset, length);
      size = Math.max(size, position + length);
    } catch (IOException e) {
      followSize();
      throw DiskStorage.failure(path, "writing %d bytes at byte %d".formatted(length, position), e);
    }
  }

  /** A failed write may have made the file longer. */
  private void followSize() {
    try {
      size = access.length();
    } catch (IOException e) {
      // The write's own failure is about to be thrown and says more; the old size stays right for
      // all that was written before.
    }
  }

  @Override
  public void force() {
    ensureOpen();
    try {
      access.getFD().sync();
    } catch (IOException e) {
      throw DiskStorage.failure(path, "forcing it to disk", e);
    }
  }

  @Override
  public void truncate(long sizeWanted) {
    synchronized (mappingLock) {
      ensureOpen();
      dropMapping();
      try {
        access.setLength(Math.min(sizeWanted, size));
        size = access.length();
      } catch (IOException e) {
        throw DiskStorage.failure(path, "cutting it to %d bytes".formatted(sizeWanted), e);
      }
    }
  }

  @Override
  public void close() {
    synchronized (mappingLock) {
      if (closed) {
        return;
      }
      closed = true;
      dropMapping();
    }
    synchronized (tailLock) {
      try {
        if (tail != null) {
          tail.close();
        }
        access.close();
      } catch (IOException e) {
        throw DiskStorage.failure(path, "closing it", e);
      }
    }
  }

  private void dropMapping() {
    Mapping current = mapping;
    mapping = null;
    if (current != null) {
      current.release();
    }
  }

  private void ensureOpen() {
    if (closed) {
      throw new IllegalStateException(path + " is closed");
    }
  }
}
