package io.headwater.log.testing;

import io.headwater.log.storage.DirectoryLock;
import io.headwater.log.storage.DiskFullException;
import io.headwater.log.storage.FolderInUseException;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that fails when told to, and forgets what it may forget when its power is cut.
 *
 * <p>It counts <em>operations</em>: whatever changes files, or forces them. Reading is none. A test
 * runs once to learn how many there are, then once for each of them:
 *
 * <pre>{@code
 * var storage = new FaultyStorage(seed).cutPowerAt(n);
 * try { work(storage); } catch (PowerCutException expected) {}
 * check(storage.afterRestart());
 * }</pre>
 *
 * <p>At the cut, of each file's changes since its last force either all are kept, or none, or of
 * each write any of its 512-byte sectors, whatever their order; what is missing before a sector
 * that is there reads as zeros. Small writes into reserved space are as those through mapped
 * memory: they never fail, and each page of 4 KiB is at the cut as any of the writes to it since
 * the last force left it, or as none did, whatever becomes of other pages. Of the changes of names
 * in a folder since it was last forced all are kept, or none, or any, as long as those of one file
 * stay in order. The seed decides. The operation at which the power was cut may have happened or
 * not; a write through mapped memory also in part.
 *
 * <p>A force that was made to fail never succeeds in truth: later ones of that file return, but
 * what had been written before is lost at a cut, as on Linux.
 *
 * <p>Safe for many threads.
 */
public final class FaultyStorage implements Storage {
  /** What can go wrong with an operation. */
  public enum Fault {
    /**
     * No space: of a write any part may be done. Other operations than create and write succeed.
     */
    DISK_FULL,
    /** The disk failed: of a write any part may be done, of others nothing. */
    IO_ERROR
  }

  /** What an operation does, for choosing where to fail. */
  public enum Operation {
    CREATE_DIRECTORIES,
    CREATE,
    WRITE,
    /** A write through mapped memory. Nothing can make it fail. */
    MAPPED_WRITE,
    FORCE,
    TRUNCATE,
    MOVE,
    DELETE,
    FORCE_DIRECTORY
  }

  private static final int SECTOR_BYTES = 512;
  private static final int PAGE_BYTES = 4096;

  private final Random random;
  private final TreeMap<Path, Content> files = new TreeMap<>();
  private final TreeSet<Path> folders = new TreeSet<>();
  private final TreeSet<Path> locked = new TreeSet<>();
  private final TreeMap<Path, Content> durableFiles = new TreeMap<>();
  private final TreeSet<Path> durableFolders = new TreeSet<>();
  private final List<NameChange> nameChanges = new ArrayList<>();
  private final List<Operation> operations = new ArrayList<>();

  private long cutAt = Long.MAX_VALUE;
  private long failAt = Long.MAX_VALUE;
  private Fault faultAt = Fault.IO_ERROR;
  private @Nullable Predicate<Path> forceFails;
  private @Nullable Predicate<Path> closeFails;
  private long fullFrom = Long.MAX_VALUE;
  private boolean cut;

  /** An empty disk without faults. The seed decides what a cut keeps. */
  public FaultyStorage(long seed) {
    random = new Random(seed);
  }

  // ---- faults

  /**
   * Cuts the power at an operation, counted from 0: it may happen or not, all later ones do not.
   */
  public synchronized FaultyStorage cutPowerAt(long operation) {
    cutAt = operation;
    return this;
  }

  /** Cuts the power now. */
  public synchronized FaultyStorage cutPower() {
    cut = true;
    return this;
  }

  /** Makes one operation fail, counted from 0. */
  public synchronized FaultyStorage failAt(long operation, Fault fault) {
    failAt = operation;
    faultAt = fault;
    return this;
  }

  /** Makes the forces of some files and folders fail from now on; null for none. */
  public synchronized FaultyStorage failForces(@Nullable Predicate<Path> which) {
    forceFails = which;
    return this;
  }

  /** Makes closing some files fail from now on, which are closed then; null for none. */
  public synchronized FaultyStorage failCloses(@Nullable Predicate<Path> which) {
    closeFails = which;
    return this;
  }

  /** Whether the disk is full: while it is, nothing can be created and no file grows. */
  public synchronized FaultyStorage full(boolean isFull) {
    fullFrom = isFull ? 0 : Long.MAX_VALUE;
    return this;
  }

  /** Makes the disk full from an operation on, counted from 0. */
  public synchronized FaultyStorage fullFrom(long operation) {
    fullFrom = operation;
    return this;
  }

  private boolean isFull() {
    return operations.size() >= fullFrom;
  }

  /** How many operations there have been. */
  public synchronized long operationCount() {
    return operations.size();
  }

  /** What the operations so far were. */
  public synchronized List<Operation> operations() {
    return List.copyOf(operations);
  }

  public synchronized boolean isPowerCut() {
    return cut;
  }

  /**
   * The disk as it is found when the power is back; cuts it first if it is not. No faults are set.
   */
  public synchronized FaultyStorage afterRestart() {
    cut = true;
    var next = new FaultyStorage(random.nextLong());
    Set<Path> lost = new HashSet<>();
    int luck = random.nextInt(3);
    var names = new TreeMap<>(durableFiles);
    var folderNames = new TreeSet<>(durableFolders);
    for (NameChange change : nameChanges) {
      boolean kept = luck == 0 || (luck == 1 && random.nextBoolean());
      if (!kept || change.touches(lost)) {
        lost.addAll(change.names());
      } else {
        change.apply(names, folderNames);
      }
    }
    next.folders.addAll(folderNames);
    names.forEach((path, content) -> next.files.put(path, content.afterCut(random)));
    next.makeDurable();
    return next;
  }

  /** The disk as a killed process leaves it: nothing is lost, and no lock is held. */
  public synchronized FaultyStorage afterKill() {
    cut = true;
    var next = new FaultyStorage(random.nextLong());
    next.files.putAll(files);
    next.folders.addAll(folders);
    next.durableFiles.putAll(durableFiles);
    next.durableFolders.addAll(durableFolders);
    next.nameChanges.addAll(nameChanges);
    return next;
  }

  private void makeDurable() {
    durableFiles.putAll(files);
    durableFolders.addAll(folders);
  }

  /** Counts an operation and makes it fail if it is to. */
  private void count(Operation operation, Path path, Runnable effect) {
    ensurePower();
    boolean full = isFull();
    long number = operations.size();
    operations.add(operation);
    if (number >= cutAt) {
      if (random.nextBoolean()) {
        effect.run();
      }
      cut = true;
      throw new PowerCutException(number);
    }
    boolean fails = number == failAt && operation != Operation.MAPPED_WRITE;
    boolean growing = operation == Operation.CREATE;
    if ((fails && faultAt == Fault.DISK_FULL && growing) || (full && growing)) {
      throw new DiskFullException(path, "creating it", null);
    }
    if (fails && faultAt == Fault.IO_ERROR) {
      throw new LogException("%s: failed while doing %s: I/O error".formatted(path, operation));
    }
    effect.run();
  }

  private void ensurePower() {
    if (cut) {
      throw new PowerCutException(Math.min(cutAt, operations.size()));
    }
  }

  // ---- names

  private static Path name(Path path) {
    return path.toAbsolutePath().normalize();
  }

  /** A change of names in folders that is not durable yet. */
  private record NameChange(
      @Nullable Path removed, @Nullable Path added, @Nullable Content content) {
    Set<Path> names() {
      var names = new HashSet<Path>();
      if (removed != null) {
        names.add(removed);
      }
      if (added != null) {
        names.add(added);
      }
      return names;
    }

    boolean touches(Set<Path> others) {
      return names().stream().anyMatch(others::contains);
    }

    boolean isIn(Path folder) {
      return names().stream().anyMatch(each -> folder.equals(each.getParent()));
    }

    void apply(TreeMap<Path, Content> files, TreeSet<Path> folders) {
      if (removed != null) {
        files.remove(removed);
        folders.remove(removed);
      }
      if (added != null) {
        files.put(added, Objects.requireNonNull(content));
      }
    }
  }

  private void change(NameChange change) {
    change.apply(files, folders);
    nameChanges.add(change);
  }

  @Override
  public synchronized void createDirectories(Path folder) {
    Path name = name(folder);
    ensurePower();
    if (folders.contains(name)) {
      return;
    }
    count(
        Operation.CREATE_DIRECTORIES,
        folder,
        () -> {
          for (Path each = name; each != null; each = each.getParent()) {
            folders.add(each);
            durableFolders.add(each);
          }
        });
  }

  @Override
  public synchronized boolean exists(Path path) {
    ensurePower();
    return files.containsKey(name(path)) || folders.contains(name(path));
  }

  @Override
  public synchronized List<Path> list(Path folder) {
    ensurePower();
    Path name = name(folder);
    var children = new TreeSet<Path>(Comparator.comparing(Path::toString));
    for (Set<Path> names : List.of(files.keySet(), folders)) {
      for (Path each : names) {
        if (name.equals(each.getParent())) {
          children.add(each);
        }
      }
    }
    return children.stream().map(child -> folder.resolve(name.relativize(child))).toList();
  }

  @Override
  public synchronized StorageFile create(Path file) {
    Path name = name(file);
    ensurePower();
    Path parent = name.getParent();
    if (parent == null || !folders.contains(parent)) {
      throw new LogException("%s: there is no folder for it".formatted(file));
    }
    count(
        Operation.CREATE,
        file,
        () -> {
          Content existing = files.get(name);
          if (existing != null) {
            existing.truncate(0);
          } else {
            change(new NameChange(null, name, new Content()));
          }
        });
    return new Opened(file, Objects.requireNonNull(files.get(name)), true);
  }

  @Override
  public synchronized StorageFile open(Path file) {
    return new Opened(file, existing(file), true);
  }

  @Override
  public synchronized StorageFile openReadOnly(Path file) {
    return new Opened(file, existing(file), false);
  }

  private Content existing(Path file) {
    ensurePower();
    Content existing = files.get(name(file));
    if (existing == null) {
      throw new LogException(
          "%s: there is no such file (opening it)".formatted(file),
          new NoSuchFileException(file.toString()));
    }
    return existing;
  }

  @Override
  public synchronized String stamp(Path file) {
    return existing(file).stamp();
  }

  @Override
  public synchronized void move(Path from, Path to) {
    Content moved = existing(from);
    count(Operation.MOVE, from, () -> change(new NameChange(name(from), name(to), moved)));
  }

  @Override
  public synchronized void delete(Path path) {
    Path name = name(path);
    ensurePower();
    if (folders.contains(name) && !list(path).isEmpty()) {
      throw new LogException(path + ": the folder cannot be deleted, it is not empty");
    }
    if (exists(path)) {
      count(Operation.DELETE, path, () -> change(new NameChange(name, null, null)));
    }
  }

  @Override
  public synchronized void forceDirectory(Path folder) {
    Path name = name(folder);
    failForce(folder);
    count(
        Operation.FORCE_DIRECTORY,
        folder,
        () -> {
          for (NameChange change : List.copyOf(nameChanges)) {
            if (change.isIn(name)) {
              change.apply(durableFiles, durableFolders);
              nameChanges.remove(change);
            }
          }
        });
  }

  private void failForce(Path path) {
    ensurePower();
    if (forceFails != null && forceFails.test(path)) {
      operations.add(Operation.FORCE);
      throw new LogException("%s: failed while forcing it to disk: I/O error".formatted(path));
    }
  }

  @Override
  public synchronized DirectoryLock lock(Path folder) {
    ensurePower();
    Path name = name(folder);
    if (!locked.add(name)) {
      throw new FolderInUseException(folder, ProcessHandle.current().pid());
    }
    return () -> unlock(name);
  }

  private synchronized void unlock(Path name) {
    locked.remove(name);
  }

  // ---- bytes

  /** A change of a file that is not durable yet: bytes at a position, or null for a cut there. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Change(int position, byte @Nullable [] bytes, boolean mapped) {}

  /** The bytes of a file: as programs see them, as they are on disk, and the changes between. */
  private static final class Content {
    private byte[] bytes = {};
    private int size;
    private byte[] durable = {};
    private final List<Change> changes = new ArrayList<>();
    private long writes;
    private boolean forceFailed;

    void write(int position, byte[] source, int offset, int length) {
      write(position, source, offset, length, false);
    }

    void writeMapped(int position, byte[] source, int offset, int length) {
      write(position, source, offset, length, true);
    }

    String stamp() {
      return "%d-%d".formatted(System.identityHashCode(this), writes);
    }

    private void write(int position, byte[] source, int offset, int length, boolean mapped) {
      writes++;
      if (position + length > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(position + length, 2 * bytes.length));
      }
      System.arraycopy(source, offset, bytes, position, length);
      size = Math.max(size, position + length);
      byte[] written = Arrays.copyOfRange(source, offset, offset + length);
      changes.add(new Change(position, written, mapped));
    }

    void truncate(int sizeWanted) {
      if (sizeWanted < size) {
        writes++;
        Arrays.fill(bytes, sizeWanted, size, (byte) 0);
        size = sizeWanted;
        changes.add(new Change(sizeWanted, null, false));
      }
    }

    void force() {
      if (!forceFailed) {
        durable = Arrays.copyOf(bytes, size);
        changes.clear();
      }
    }

    /** What is left when the power is back, with nothing more to lose. */
    Content afterCut(Random random) {
      var left = new Content();
      left.write(0, durable, 0, durable.length);
      int luck = forceFailed ? 1 : random.nextInt(4);
      var pages = new Pages(random);
      changes.forEach(pages::count);
      for (Change change : changes) {
        byte[] source = change.bytes;
        if (luck == 1) {
          continue;
        }
        if (source == null) {
          if (luck == 0 || random.nextBoolean()) {
            left.truncate(change.position);
          }
        } else if (change.mapped && luck != 0) {
          for (int at = change.position; at < change.position + source.length; ) {
            int end = Math.min(change.position + source.length, (at / PAGE_BYTES + 1) * PAGE_BYTES);
            if (pages.keeps(at / PAGE_BYTES)) {
              left.fillTo(at);
              left.write(at, source, at - change.position, end - at);
            }
            at = end;
          }
        } else {
          left.keepSome(random, change.position, source, luck == 0);
        }
      }
      left.durable = Arrays.copyOf(left.bytes, left.size);
      left.changes.clear();
      return left;
    }

    private void keepSome(Random random, int position, byte[] source, boolean all) {
      boolean none = !all && random.nextInt(3) == 0;
      boolean sizeToo = !all && random.nextInt(4) == 0;
      int end = position + source.length;
      for (int at = position; at < end; ) {
        int sectorEnd = Math.min(end, (at / SECTOR_BYTES + 1) * SECTOR_BYTES);
        if (all || (!none && random.nextInt(4) != 0)) {
          fillTo(at);
          write(at, source, at - position, sectorEnd - at);
        }
        at = sectorEnd;
      }
      if (sizeToo) {
        fillTo(end);
      }
    }

    private void fillTo(int sizeWanted) {
      if (size < sizeWanted) {
        write(size, new byte[sizeWanted - size], 0, sizeWanted - size);
      }
    }
  }

  /** How many of the mapped writes to each page reached the disk: the first so many of them. */
  private static final class Pages {
    private final Random random;
    private final TreeMap<Integer, Integer> writes = new TreeMap<>();
    private final TreeMap<Integer, Integer> kept = new TreeMap<>();

    Pages(Random random) {
      this.random = random;
    }

    void count(Change change) {
      if (change.mapped && change.bytes != null) {
        int last = (change.position + change.bytes.length - 1) / PAGE_BYTES;
        for (int page = change.position / PAGE_BYTES; page <= last; page++) {
          writes.merge(page, 1, Integer::sum);
        }
      }
    }

    /** Whether the next write to a page is one of those. */
    boolean keeps(int page) {
      int left = kept.computeIfAbsent(page, each -> choose(writes.getOrDefault(each, 0)));
      kept.put(page, left - 1);
      return left > 0;
    }

    /** Mostly none or all: the system writes a page out now and then, not after every change. */
    private int choose(int all) {
      return switch (random.nextInt(3)) {
        case 0 -> 0;
        case 1 -> all;
        default -> random.nextInt(all + 1);
      };
    }
  }

  private final class Opened implements StorageFile {
    private final Path path;
    private final Content content;
    private final boolean writable;
    private int reservedTo;
    private boolean closed;

    Opened(Path path, Content content, boolean writable) {
      this.path = path;
      this.content = content;
      this.writable = writable;
    }

    @Override
    public long size() {
      synchronized (FaultyStorage.this) {
        ensureUsable();
        return content.size;
      }
    }

    @Override
    public int read(long position, byte[] target, int offset, int length) {
      synchronized (FaultyStorage.this) {
        ensureUsable();
        int bytes = (int) Math.min(length, content.size - position);
        if (bytes <= 0) {
          return 0;
        }
        System.arraycopy(content.bytes, (int) position, target, offset, bytes);
        return bytes;
      }
    }

    @Override
    public void write(long position, byte[] source, int offset, int length) {
      synchronized (FaultyStorage.this) {
        ensureWritable();
        if (position > content.size) {
          throw new IllegalArgumentException(
              "write at byte %d would leave a gap in %s, which has %d bytes"
                  .formatted(position, path, content.size));
        }
        int at = (int) position;
        if (length <= SMALL_WRITE_BYTES && at + length <= reservedTo) {
          writeMapped(at, source, offset, length);
          return;
        }
        boolean now = operations.size() == failAt;
        boolean grows = at + length > content.size;
        if ((now && faultAt == Fault.DISK_FULL) || (isFull() && grows)) {
          operations.add(Operation.WRITE);
          content.write(at, source, offset, random.nextInt(length + 1));
          throw new DiskFullException(path, "writing %d bytes".formatted(length), null);
        }
        if (now && faultAt == Fault.IO_ERROR) {
          content.write(at, source, offset, random.nextInt(length + 1));
        }
        count(Operation.WRITE, path, () -> content.write(at, source, offset, length));
      }
    }

    private void writeMapped(int at, byte[] source, int offset, int length) {
      if (operations.size() >= cutAt) {
        content.writeMapped(at, source, offset, random.nextInt(length + 1));
      }
      count(Operation.MAPPED_WRITE, path, () -> content.writeMapped(at, source, offset, length));
    }

    @Override
    public void reserve(long sizeWanted) {
      synchronized (FaultyStorage.this) {
        ensureWritable();
        int more = (int) sizeWanted - content.size;
        if (more > 0) {
          write(content.size, new byte[more], 0, more);
        }
        reservedTo = content.size;
      }
    }

    @Override
    public void force() {
      synchronized (FaultyStorage.this) {
        ensureUsable();
        boolean now = operations.size() == failAt && faultAt == Fault.IO_ERROR;
        if (now || (forceFails != null && forceFails.test(path))) {
          content.forceFailed = true;
        }
        failForce(path);
        count(Operation.FORCE, path, content::force);
      }
    }

    @Override
    public void truncate(long sizeWanted) {
      synchronized (FaultyStorage.this) {
        ensureWritable();
        reservedTo = 0;
        count(Operation.TRUNCATE, path, () -> content.truncate((int) sizeWanted));
      }
    }

    @Override
    public void release() {
      synchronized (FaultyStorage.this) {
        ensureUsable();
        reservedTo = 0;
      }
    }

    @Override
    public void close() {
      synchronized (FaultyStorage.this) {
        closed = true;
        if (closeFails != null && closeFails.test(path)) {
          throw new LogException("%s: failed while closing it: I/O error".formatted(path));
        }
      }
    }

    private void ensureUsable() {
      if (closed) {
        throw new IllegalStateException(path + " is closed");
      }
      ensurePower();
    }

    private void ensureWritable() {
      ensureUsable();
      if (!writable) {
        throw new LogException(path + " is open for reading only");
      }
    }
  }
}
