package io.headwater.log.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A file of this machine.
 *
 * <p><b>Written</b> through a mapping where space was reserved and the write is small, since a
 * system call costs as much as a small record does; else through a descriptor. Never through a
 * channel: an interrupt of the writing thread would close it for everybody.
 *
 * <p><b>Read</b> through a mapping of what there was when it was made, and past its end through a
 * second descriptor, so that a reader which follows the writer of large batches does not make a
 * mapping for every write: the file is mapped again once the part past the mapping is long, or has
 * been read often. A file opened for reading only is never mapped: its writer is another process,
 * which may cut it while we look at it, and touching a mapped page that is gone is fatal.
 *
 * <p>All of these are taken when they are first needed and {@link Counted}, so that they can be
 * given back at any time. A file is not cut before its last mapping is gone.
 */
final class DiskFile implements StorageFile {
  private static final long REMAP_BYTES_MIN = 64 << 10;
  private static final long REMAP_BYTES_MAX = 4 << 20;
  private static final int REMAP_READS = 32;
  private static final byte[] ZEROS = new byte[128 << 10];

  /** Linux by default lets a process have 65,530 mappings; others need some too. */
  private static final OpenFiles MAPPED = new OpenFiles(32_768);

  /** Of files that are not mapped; processes are often limited to 1,024 descriptors, or to 256. */
  private static final OpenFiles DESCRIBED = new OpenFiles(100);

  /** Elsewhere forcing a file need not cover what was written through a mapping of it. */
  private static final boolean FORCE_COVERS_MAPPINGS =
      System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux");

  private final Path path;
  private final boolean writable;
  private final OpenFiles openFiles;

  /** Tells a file opened for reading only from others that get its name; null if nothing does. */
  private final @Nullable Object key;

  private final Object lock = new Object();
  private final AtomicInteger mappings = new AtomicInteger(); // not yet given back
  private final AtomicInteger tailReads = new AtomicInteger();

  // Each holds its object once, and is replaced under the lock.
  private volatile @Nullable Mapping mapping; // for readers
  private @Nullable Descriptor tail; // for readers
  private @Nullable Mapping reserved; // the writer's, which looks at it without the lock
  private @Nullable Descriptor writer;

  private volatile long size; // as this handle made it: another process may write a read-only one
  private volatile boolean closed;
  private boolean read; // since asked: a hint, so it may be seen late

  private DiskFile(
      Path path, boolean writable, OpenFiles openFiles, long size, @Nullable Object key) {
    this.path = path;
    this.writable = writable;
    this.openFiles = openFiles;
    this.size = size;
    this.key = key;
  }

  static DiskFile create(Path path) throws IOException {
    Descriptor created = Descriptor.create(path);
    var file = new DiskFile(path, true, MAPPED, 0, null);
    file.writer = created;
    return file;
  }

  static DiskFile open(Path path) throws IOException {
    return open(path, MAPPED);
  }

  static DiskFile open(Path path, OpenFiles mapped) throws IOException {
    return new DiskFile(path, true, mapped, Files.size(path), null);
  }

  static DiskFile openReadOnly(Path path) throws IOException {
    return openReadOnly(path, DESCRIBED);
  }

  static DiskFile openReadOnly(Path path, OpenFiles described) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    return new DiskFile(path, false, described, attributes.size(), attributes.fileKey());
  }

  @Override
  public long size() {
    ensureOpen();
    if (writable) {
      return size;
    }
    return sizeOfSame();
  }

  /** The size of the file, which another process writes, if it is still the one that was opened. */
  private long sizeOfSame() {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      if (Objects.equals(attributes.fileKey(), key)) {
        return attributes.size();
      }
      throw new FileReplacedException(path, null);
    } catch (NoSuchFileException e) {
      throw new FileReplacedException(path, e);
    } catch (IOException e) {
      throw DiskStorage.failure(path, "asking for its size", e);
    }
  }

  // ---- reading

  @Override
  public int read(long position, byte[] target, int offset, int length) {
    if (!writable) {
      ensureOpen();
      return length == 0 ? 0 : readTail(position, target, offset, length);
    }
    int bytes = (int) Math.min(length, size() - position);
    if (bytes <= 0) {
      return 0;
    }
    Mapping current = mappingUpTo(position + bytes);
    if (current == null) {
      return readTail(position, target, offset, bytes);
    }
    try {
      current.read((int) position, target, offset, bytes);
    } finally {
      current.release();
    }
    return bytes;
  }

  /** A retained mapping that reaches to {@code end}; null if that part is better read directly. */
  private @Nullable Mapping mappingUpTo(long end) {
    while (true) {
      Mapping current = mapping;
      if (current != null && end <= current.size()) {
        if (current.retain()) {
          if (!read) {
            read = true;
          }
          return current;
        }
        ensureOpen();
        continue; // it was replaced between the two looks at it
      }
      long sizeNow = size;
      if (sizeNow > Integer.MAX_VALUE || (current != null && !isWorthMapping(current, sizeNow))) {
        return null;
      }
      synchronized (lock) {
        ensureOpen();
        if (mapping == current) {
          replaceMapping(map(false));
          tailReads.set(0);
        }
      }
      noteOpened();
    }
  }

  private boolean isWorthMapping(Mapping current, long sizeNow) {
    long step = Math.max(REMAP_BYTES_MIN, Math.min(REMAP_BYTES_MAX, current.size()));
    return tailReads.incrementAndGet() > REMAP_READS || sizeNow - current.size() >= step;
  }

  private int readTail(long position, byte[] target, int offset, int length) {
    Descriptor current;
    boolean taken = false;
    synchronized (lock) {
      ensureOpen();
      if (tail == null) {
        tail = openDescriptor(false);
        taken = true;
      }
      current = tail;
      current.retain(); // cannot fail: what the field holds is only given up under the lock
      read = true;
    }
    try {
      if (taken && !writable) {
        noteOpened();
      }
      return current.read(position, target, offset, length);
    } catch (IOException e) {
      throw DiskStorage.failure(path, "reading %d bytes at byte %d".formatted(length, position), e);
    } finally {
      current.release();
    }
  }

  /** Whether it was read since this was last asked. */
  boolean wasReadSinceAsked() {
    boolean was = read;
    read = false;
    return was;
  }

  /** Gives back what its readers have not used for long. */
  void giveBackUnused() {
    synchronized (lock) {
      giveBackForReaders();
    }
  }

  // ---- writing

  @Override
  public void write(long position, byte[] source, int offset, int length) {
    ensureOpen();
    Mapping current = reserved;
    if (current != null && length <= SMALL_WRITE_BYTES && position + length <= current.size()) {
      current.write((int) position, source, offset, length);
      return;
    }
    if (position > size) {
      throw new IllegalArgumentException(
          "write at byte %d would leave a gap in %s, which has %d bytes"
              .formatted(position, path, size));
    }
    Descriptor descriptor = writer();
    try {
      descriptor.write(position, source, offset, length);
      size = Math.max(size, position + length);
    } catch (IOException e) {
      followSize(descriptor);
      throw DiskStorage.failure(path, "writing %d bytes at byte %d".formatted(length, position), e);
    } finally {
      descriptor.release();
    }
  }

  /** A failed write may have made the file longer. */
  private void followSize(Descriptor descriptor) {
    try {
      size = descriptor.size();
    } catch (IOException e) {
      // The write's own failure is about to be thrown and says more; the old size stays right for
      // all that was written before.
    }
  }

  @Override
  public void reserve(long sizeWanted) {
    for (long at = size; at < sizeWanted; at = size) {
      write(at, ZEROS, 0, (int) Math.min(ZEROS.length, sizeWanted - at));
    }
    synchronized (lock) {
      ensureOpen();
      Mapping before = reserved;
      if (size > Integer.MAX_VALUE || (before != null && before.size() >= sizeWanted)) {
        return;
      }
      Mapping wider = map(true);
      wider.retain(); // once for the writer, once for readers
      reserved = wider;
      replaceMapping(wider);
      if (before != null) {
        before.release();
      }
    }
  }

  @Override
  public void force() {
    ensureOpen();
    Descriptor descriptor;
    Mapping written;
    synchronized (lock) {
      ensureOpen();
      descriptor = writer;
      if (descriptor == null) {
        descriptor = openDescriptor(true); // only for now
      } else {
        descriptor.retain();
      }
      written = FORCE_COVERS_MAPPINGS ? null : reserved;
      if (written != null) {
        written.retain();
      }
    }
    try {
      if (written != null) {
        written.force();
      }
      descriptor.force();
    } catch (IOException e) {
      throw DiskStorage.failure(path, "forcing it to disk", e);
    } finally {
      descriptor.release();
      if (written != null) {
        written.release();
      }
    }
  }

  @Override
  public void truncate(long sizeWanted) {
    ensureOpen();
    if (sizeWanted >= size) {
      return;
    }
    Descriptor descriptor = writer();
    try {
      synchronized (lock) {
        giveBackMappings();
        while (mappings.get() > 0) {
          LockSupport.parkNanos(10_000); // a reader is copying out of one, which does not take long
        }
        descriptor.truncate(sizeWanted);
        size = descriptor.size();
      }
    } catch (IOException e) {
      throw DiskStorage.failure(path, "cutting it to %d bytes".formatted(sizeWanted), e);
    } finally {
      descriptor.release();
    }
  }

  /** The writer's descriptor, retained. */
  private Descriptor writer() {
    synchronized (lock) {
      ensureOpen();
      if (writer == null) {
        writer = openDescriptor(true);
      }
      writer.retain(); // cannot fail: what the field holds is only given up under the lock
      return writer;
    }
  }

  // ---- what is held of the operating system; all under the lock

  private Mapping map(boolean forWriting) {
    mappings.incrementAndGet();
    boolean mapped = false;
    try {
      Mapping made = Mapping.of(path, size, forWriting, mappings::decrementAndGet);
      mapped = true;
      return made;
    } catch (IOException e) {
      throw DiskStorage.failure(path, "mapping it", e);
    } finally {
      if (!mapped) {
        mappings.decrementAndGet();
      }
    }
  }

  private void replaceMapping(@Nullable Mapping next) {
    Mapping before = mapping;
    mapping = next;
    if (before != null) {
      before.release();
    }
  }

  private Descriptor openDescriptor(boolean forWriting) {
    if (forWriting && !writable) {
      throw new LogException(path + " is open for reading only");
    }
    Descriptor opened;
    try {
      opened = Descriptor.open(path, forWriting);
    } catch (IOException e) {
      if (!writable && !Files.exists(path)) {
        throw new FileReplacedException(path, e);
      }
      throw DiskStorage.failure(path, "opening it", e);
    }
    if (!writable) {
      ensureSame(opened);
    }
    return opened;
  }

  /**
   * The file's name may have gone to another one since it was opened first. That may even have the
   * key of the first, which is free again when nobody has that open; but then it is shorter, since
   * records are only left out.
   */
  private void ensureSame(Descriptor opened) {
    boolean same = false;
    try {
      if (sizeOfSame() < size) {
        throw new FileReplacedException(path, null);
      }
      same = true;
    } finally {
      if (!same) {
        opened.release();
      }
    }
  }

  private void giveBackForReaders() {
    replaceMapping(null);
    if (tail != null) {
      tail.release();
      tail = null;
    }
  }

  private void giveBackMappings() {
    replaceMapping(null);
    if (reserved != null) {
      reserved.release();
      reserved = null;
    }
  }

  @Override
  public void release() {
    ensureOpen();
    giveBackAll();
  }

  private void giveBackAll() {
    synchronized (lock) {
      giveBackMappings();
      giveBackForReaders();
      if (writer != null) {
        writer.release();
        writer = null;
      }
    }
    openFiles.closed(this);
  }

  private void noteOpened() {
    openFiles.opened(this);
    if (closed) {
      openFiles.closed(this); // between taking it and noting that
    }
  }

  @Override
  public void close() {
    closed = true;
    giveBackAll();
  }

  private void ensureOpen() {
    if (closed) {
      throw new IllegalStateException(path + " is closed");
    }
  }
}
