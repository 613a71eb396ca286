package io.headwater.log;

import io.headwater.log.record.BatchBuffer;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.record.Compression;
import io.headwater.log.record.RecordBatch;
import io.headwater.log.record.RecordReader;
import io.headwater.log.record.TimestampType;
import io.headwater.log.segment.BatchVisitor;
import io.headwater.log.segment.Damage;
import io.headwater.log.segment.Fault;
import io.headwater.log.segment.ForcedMark;
import io.headwater.log.segment.ReserveAhead;
import io.headwater.log.segment.Segment;
import io.headwater.log.segment.SegmentRewrite;
import io.headwater.log.segment.SegmentsByTime;
import io.headwater.log.storage.CorruptLogException;
import io.headwater.log.storage.DirectoryLock;
import io.headwater.log.storage.FileReplacedException;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition on disk: batches of records in the order they were appended, addressed by offset.
 * Offsets start at 0 and are never reused; compaction and retention leave gaps.
 *
 * <p>Safe for many threads: appends are done one at a time, and readers never wait for them. Any
 * method throws {@link LogException} if the disk fails, {@link IllegalStateException} once closed.
 *
 * <p><b>What is on disk when.</b> An append hands a batch to the operating system, which keeps it
 * even if the process is killed. {@link #sync} makes all that was appended before it survive a
 * power cut. Opening a log that was not closed cuts a torn tail off, and tells so: {@link
 * #recovery}.
 *
 * <p><b>How it works.</b> The list of segments is replaced as a whole when one is added, and the
 * newest one's size and next offset are written after its bytes; so a reader takes the list, looks,
 * and copies, without a lock. Appending holds one lock, forcing another, so that appends go on
 * while the disk works, and many callers of {@link #sync} share one wait.
 */
public final class BatchLog implements AutoCloseable {
  /** A batch of more than one record is at most this large, in bytes. */
  public static final int BATCH_BYTES_MAX = 1 << 20;

  private static final int VIEW_ATTEMPTS_MAX = 100;

  /** So many segments' indexes are in memory at most because they are not written yet. */
  private static final int OWED_INDEXES_MAX = 16;

  /** In one segment, the mark follows what is forced when it is so many bytes behind. */
  private static final int MARK_BYTES = 1 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(BatchLog.class);
  private static final VarHandle NEXT_OFFSET;

  static {
    try {
      NEXT_OFFSET = MethodHandles.lookup().findVarHandle(BatchLog.class, "nextOffset", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Storage storage;
  private final Path folder;
  private final LogOptions options;
  private final @Nullable DirectoryLock lock;
  // Taken in this order.
  private final Object deleteLock = new Object();
  private final Object syncLock = new Object();
  private final Object appendLock = new Object();

  private final SegmentsByTime byTime = new SegmentsByTime();
  private final RecordBatch appended = new RecordBatch(); // guarded by appendLock
  private final ReserveAhead ahead; // guarded by appendLock

  private volatile Segment[] segments = {}; // replaced under appendLock
  private volatile Bases bases = new Bases(segments); // follows when it is needed
  private volatile long nextOffset;
  private volatile long forcedOffset;
  private volatile boolean closing;
  private volatile boolean closed;
  private volatile @Nullable LogException failure;
  private volatile Recovery recovery = new Recovery.Clean(); // of a view, replaced with segments

  private @Nullable ForcedMark mark; // guarded by syncLock
  private ForcedMark.Place forced = new ForcedMark.Place(0, 0, 0); // guarded by syncLock
  private ForcedMark.Place marked = forced; // guarded by syncLock
  private long markedForGood = -1; // base of the segment that no mark comes before; by syncLock
  private @Nullable Executor background; // set before anybody else has the log
  private final AtomicInteger owedIndexes = new AtomicInteger();
  private boolean goesOnAfterDamage; // set before anybody else has the log
  private boolean folderChanged; // guarded by appendLock
  private boolean changed; // since the log was opened; guarded by appendLock

  private BatchLog(Storage storage, Path folder, LogOptions options, @Nullable DirectoryLock lock) {
    this.storage = storage;
    this.folder = folder;
    this.options = options;
    this.lock = lock;
    ahead = new ReserveAhead(options.segmentBytes());
  }

  /**
   * Opens the log in a folder, named as Kafka names it: {@code TOPIC-N}. Makes a new one if there
   * is none, unless it is opened for reading only. A tail that a crash tore is cut off.
   *
   * @throws io.headwater.log.storage.FolderInUseException if another writer holds the folder; or
   *     the data folder that it is a partition of, which a broker does, Kafka's too
   */
  public static BatchLog open(Storage storage, Path folder, LogOptions options) {
    if (options.readOnly()) {
      return openView(storage, folder, options);
    }
    if (options.createFolders()) {
      storage.createDirectories(folder);
    } else if (!storage.exists(folder)) {
      throw new LogException(
          "%s: there is no such folder; create it, or open the log with createFolders"
              .formatted(folder));
    }
    return load(
        storage, folder, options, options.lockFolder() ? WriteLock.take(storage, folder) : null);
  }

  /**
   * Opens it beside a process that may delete from it. Then what was listed need not be there, and
   * what is looked at may change meanwhile: but only before the mark, as it is after that.
   */
  private static BatchLog openView(Storage storage, Path folder, LogOptions options) {
    if (!storage.exists(folder)) {
      throw new LogException("%s: there is no log; check the path".formatted(folder));
    }
    for (int attempt = 1; ; attempt++) {
      Optional<ForcedMark.Place> mark = ForcedMark.read(storage, folder);
      try {
        BatchLog view = load(storage, folder, options, null);
        if (attempt == VIEW_ATTEMPTS_MAX || ForcedMark.read(storage, folder).equals(mark)) {
          return view;
        }
        view.close();
      } catch (LogException e) {
        boolean overtaken = isMissingFile(e) || !ForcedMark.read(storage, folder).equals(mark);
        if (attempt == VIEW_ATTEMPTS_MAX || !overtaken) {
          throw e;
        }
      }
    }
  }

  /** Whether a file was not there, or is another one now. */
  static boolean isMissingFile(LogException e) {
    return e instanceof FileReplacedException || e.getCause() instanceof NoSuchFileException;
  }

  private static BatchLog load(
      Storage storage, Path folder, LogOptions options, @Nullable DirectoryLock lock) {
    var log = new BatchLog(storage, folder, options, lock);
    boolean opened = false;
    try {
      log.load();
      opened = true;
      return log;
    } finally {
      if (!opened) {
        log.release();
      }
    }
  }

  /** What opening it found on disk. Of a log opened for reading only, never a cut tail. */
  public Recovery recovery() {
    return recovery;
  }

  /** The folder. */
  public Path folder() {
    return folder;
  }

  /**
   * The offsets that can be read now; its end is the offset the next record will get. Records may
   * be missing at its start, as anywhere.
   */
  public OffsetRange range() {
    ensureOpen();
    long end = nextOffset;
    return new OffsetRange(segments[0].baseOffset(), end);
  }

  /** The first offset that each segment may hold, rising. */
  public List<Long> segmentBases() {
    ensureOpen();
    return Arrays.stream(segments).map(Segment::baseOffset).toList();
  }

  /** What each segment holds, in order: see {@link Log#segments}. */
  public List<SegmentStat> segmentStats() {
    while (true) {
      ensureOpen();
      Segment[] all = segments;
      try {
        return Arrays.stream(all).map(Segment::stat).toList();
      } catch (IllegalStateException e) {
        ensureChangedSince(all, e);
      } catch (FileReplacedException e) {
        renew(all, e);
      }
    }
  }

  /** The offset that the next record will get. */
  public long nextOffset() {
    ensureOpen();
    return nextOffset;
  }

  /**
   * Held while a batch is appended. For {@link Log}, which builds its batches under it, and lets
   * readers wait on it for the next append.
   */
  Object appendLock() {
    return appendLock;
  }

  /** The size of all batches, in bytes. */
  public long sizeBytes() {
    ensureOpen();
    return Arrays.stream(segments).mapToLong(Segment::size).sum();
  }

  // ---- appending

  /**
   * Appends the builder's records as one batch: after a crash either all of them are there or none.
   * They survive a power cut only after {@link #sync}. The builder learns where they are. Records
   * are compressed if the options say so.
   *
   * @return the offset of the first record
   * @throws IllegalArgumentException if there is no record, or more than one and the batch is
   *     larger than {@link #BATCH_BYTES_MAX}, or one that is to be compressed and larger than what
   *     is read of a compressed batch
   * @throws LogException if it could not be written; the log is as before, and the append can be
   *     repeated, unless the log is damaged or a {@link #sync} has failed
   */
  public long append(BatchBuilder batch) {
    if (batch.isEmpty()) {
      throw new IllegalArgumentException("a batch needs at least one record");
    }
    int uncompressed = batch.sizeInBytes();
    if (uncompressed > BATCH_BYTES_MAX && batch.count() > 1) {
      throw new IllegalArgumentException(
          "a batch of %d records has %d bytes, the limit is %d unless it is one record; append it in parts"
              .formatted(batch.count(), uncompressed, BATCH_BYTES_MAX));
    }
    if (options.compression() != Compression.NONE && batch.isTooLargeToCompress()) {
      throw new IllegalArgumentException(
          "a compressed batch of %d bytes would not be read, the limit of its records is %d; append without compression"
              .formatted(uncompressed, RecordReader.DECOMPRESSED_BYTES_MAX));
    }
    batch.compress(options.compression());
    int size = batch.sizeInBytes();
    synchronized (appendLock) {
      ensureWritable();
      long base = nextOffset;
      Segment active = segmentFor(size, base + batch.count() - 1);
      boolean appendTime = options.timestampType() == TimestampType.LOG_APPEND_TIME;
      batch.finish(base, options.timestampType(), appendTime ? options.clock().millis() : -1);
      int position = active.append(batch.array(), size, appended, ahead);
      batch.placed(active.baseOffset(), position);
      NEXT_OFFSET.setRelease(this, base + batch.count()); // the end of the lock is fence enough
      changed = true;
      return base;
    }
  }

  /** Starts a new segment, if the newest one has any records. */
  public void roll() {
    synchronized (appendLock) {
      ensureWritable();
      if (newest().size() > 0) {
        addSegment();
      }
    }
  }

  private Segment segmentFor(int batchBytes, long lastOffset) {
    Segment active = newest();
    boolean full = (long) active.size() + batchBytes > options.segmentBytes();
    boolean far = lastOffset - active.baseOffset() > Integer.MAX_VALUE;
    return active.size() > 0 && (full || far) ? addSegment() : active;
  }

  private Segment addSegment() {
    Segment full = newest();
    if (background == null) {
      full.seal();
    } else {
      full.sealWithoutIndexes();
    }
    Segment added = createSegment(nextOffset);
    folderChanged = true;
    changed = true;
    Segment[] more = Arrays.copyOf(segments, segments.length + 1);
    more[segments.length] = added;
    segments = more;
    if (background != null) {
      oweIndexes(full, background);
    }
    return added;
  }

  /** Making files takes long: that of a segment's indexes is left to another thread. */
  void writeIndexesIn(Executor executor) {
    background = executor;
  }

  private void oweIndexes(Segment full, Executor executor) {
    full.oweIndexes();
    if (owedIndexes.incrementAndGet() <= OWED_INDEXES_MAX) {
      try {
        executor.execute(() -> writeOwedIndexes(full));
        return;
      } catch (RejectedExecutionException e) {
        LOG.debug("{}: no index is written in the background", folder, e);
      }
    }
    writeOwedIndexes(full);
  }

  private void writeOwedIndexes(Segment segment) {
    try {
      segment.writeOwedIndexes();
    } catch (LogException e) {
      LOG.debug("{}: the index is still owed, until the log is forced to disk", segment.path(), e);
    } finally {
      owedIndexes.decrementAndGet();
    }
  }

  /** A file that could not be made must not stay: its name would claim offsets that others get. */
  private Segment createSegment(long base) {
    try {
      return Segment.create(
          storage, folder, base, options.indexIntervalBytes(), options.timeIndex());
    } catch (LogException e) {
      try {
        storage.delete(Segment.path(folder, base));
      } catch (LogException second) {
        e.addSuppressed(second);
        failure = e;
      }
      throw e;
    }
  }

  // ---- deleting

  /**
   * Deletes records: those of the given ones that are in the segment with the lowest of them that
   * is there. If that is the newest segment a new one is started first, so the offset that the next
   * record gets stays. A segment that keeps nothing goes. After a crash, or for a reader, either
   * all of the records that this call deletes are there or none. What was remembered for {@link
   * #readAt} of that segment no longer holds.
   *
   * <p>A batch that is damaged goes if all of its offsets are to be deleted, which then count as
   * deleted; else it stays as it is.
   *
   * @return what was deleted: nothing if none of the records are there. The bytes are those that
   *     left the disk, index entries included.
   */
  public Deleted delete(OffsetSet offsets) {
    return delete(offsets, 0);
  }

  /** As the other form, of the given offsets only those from one on. */
  Deleted delete(OffsetSet offsets, long from) {
    synchronized (deleteLock) {
      ensureWritable();
      OffsetRange there = range(); // what is appended from here on stays
      long next = offsets.firstFrom(Math.max(from, there.from()));
      while (next >= 0 && next < there.to()) {
        Segment[] all = segments;
        int at = indexOf(all, next);
        boolean last = at == all.length - 1;
        if (last && all[at].size() > 0) {
          roll();
          continue;
        }
        long end = last ? there.to() : Math.min(there.to(), all[at + 1].baseOffset());
        Deleted deleted = deleteFrom(all[at], offsets.within(new OffsetRange(next, end)));
        if (!deleted.offsets().isEmpty() || last) {
          return deleted;
        }
        next = offsets.firstFrom(end);
      }
      return Deleted.NOTHING;
    }
  }

  private Deleted deleteFrom(Segment segment, OffsetSet offsets) {
    SegmentRewrite rewrite = SegmentRewrite.without(storage, segment, offsets);
    OffsetSet removed = rewrite.removed();
    if (removed.isEmpty()) {
      return Deleted.NOTHING;
    }
    long bytesBefore = segment.sizeOnDisk();
    forcePast(segment);
    long bytesAfter = 0;
    if (rewrite.sizeInBytes() == 0) {
      drop(segment);
    } else {
      // An index of the old file must not be found beside the new one.
      segment.deleteIndexes();
      forceFolder();
      replace(segment, () -> storage.move(rewrite.path(), segment.path()));
      forceFolder();
      bytesAfter = writeIndexesIfPossible(segmentAt(segment.baseOffset()));
    }
    // Indexes that a crash took, and that were made again just now, may be more than what went.
    return new Deleted(removed, Math.max(0, bytesBefore - bytesAfter));
  }

  /** The records are gone already, and an index that is missing is made again when it is needed. */
  private long writeIndexesIfPossible(Segment rewritten) {
    try {
      rewritten.writeIndexes();
      rewritten.forceIndexes();
      return rewritten.sizeOnDisk();
    } catch (LogException e) {
      LOG.warn("the index was not written and will be made again: {}", e.getMessage());
      return rewritten.size();
    }
  }

  /**
   * Drops the first segments, as long as the one after them begins at or below the given offset.
   * The newest segment stays.
   *
   * @return how many bytes left the disk
   */
  public long dropSegmentsBefore(long offset) {
    synchronized (deleteLock) {
      ensureWritable();
      long bytes = 0;
      while (segments.length > 1 && segments[1].baseOffset() <= offset) {
        Segment first = segments[0];
        bytes += first.sizeOnDisk();
        forcePast(first);
        drop(first);
      }
      return bytes;
    }
  }

  private void drop(Segment segment) {
    replace(segment, segment::delete);
    forceFolder();
  }

  /**
   * Sees to it that the log is known to be forced past a segment: of a part that is, opening
   * expects no batch to follow the one before it, and no segment to be there but the newest.
   */
  private void forcePast(Segment segment) {
    synchronized (syncLock) {
      ensureWritable();
      try {
        if (forced.segmentBase() <= segment.baseOffset()) {
          forceAll();
        }
        if (mark != null && markedForGood <= segment.baseOffset()) {
          mark.saveForGood(forced);
          marked = forced;
          markedForGood = forced.segmentBase();
        }
      } catch (LogException e) {
        failure = e;
        throw e;
      }
    }
  }

  private void forceFolder() {
    try {
      storage.forceDirectory(folder);
    } catch (LogException e) {
      failure = e;
      throw e;
    }
  }

  /**
   * Changes a segment's files, and puts what is there then in its place. A reader in the middle of
   * the old one finds it closed, and looks again when this is done.
   */
  private void replace(Segment old, Runnable change) {
    synchronized (appendLock) {
      old.close();
      try {
        change.run();
      } finally {
        reopen(old);
      }
    }
  }

  private void reopen(Segment old) {
    var now = new ArrayList<>(Arrays.asList(segments));
    int at = now.indexOf(old);
    try {
      if (storage.exists(old.path())) {
        Segment found = openSegment(old.baseOffset());
        found.trust(found.fileSize(), old.nextOffset(), old != newest());
        now.set(at, found);
      } else {
        now.remove(at);
      }
      segments = now.toArray(Segment[]::new);
    } catch (LogException e) {
      failure = e;
      throw e;
    }
  }

  private Segment segmentAt(long base) {
    Segment[] all = segments;
    return all[indexOf(all, base)];
  }

  /**
   * What a reader does that found a file replaced by another process: it looks at the folder again.
   */
  void renew(Segment[] seen, FileReplacedException replaced) {
    ensureOpen();
    if (!options.readOnly()) {
      throw replaced;
    }
    synchronized (appendLock) {
      if (segments == seen) {
        renew();
      }
    }
  }

  /** Takes the segments of a view that is opened anew. Under the appendLock. */
  private void renew() {
    BatchLog fresh = openView(storage, folder, options);
    Segment[] before = segments;
    segments = fresh.segments;
    nextOffset = Math.max(nextOffset, fresh.nextOffset);
    forced = fresh.forced;
    recovery = fresh.recovery;
    for (Segment segment : before) {
      segment.close();
    }
  }

  /** What a reader does that found a segment closed: it may look again if that was replaced. */
  void ensureChangedSince(Segment[] seen, IllegalStateException closed) {
    ensureOpen();
    synchronized (appendLock) {
      if (segments == seen) {
        throw closed;
      }
    }
  }

  // ---- copying

  /**
   * Makes a folder a copy of the log as it is now, from which it can be opened. What the folder has
   * already of an earlier backup is kept: only segments that are new, or lost records, are copied,
   * and the newest one. A backup that was interrupted is completed by the next. Appending and
   * reading go on meanwhile; deleting waits for it.
   *
   * @throws LogException if the folder is in use, or holds something that is no backup of this log
   */
  public void backup(Path target) {
    if (!backedUp(target)) {
      throw new LogException(
          "%s: a segment was deleted or written anew while it was copied".formatted(folder));
    }
  }

  /** As {@link #backup}; returns false if another process deleted from the log meanwhile. */
  boolean backedUp(Path target) {
    synchronized (deleteLock) {
      ensureOpen();
      if (!options.readOnly() && failure == null && isWritable()) {
        sync(); // so that no power cut leaves the log behind its copy
      }
      boolean alone = !options.readOnly();
      return new LogBackup(storage, folder, target, alone, this::ensureNotClosing).run(extent());
    }
  }

  private LogBackup.Extent extent() {
    synchronized (appendLock) {
      for (Segment segment : segments) {
        segment.writeOwedIndexes();
      }
      List<Long> bases = segmentBases();
      return new LogBackup.Extent(
          bases, newest().size(), nextOffset, isWritable() ? placeOfEnd() : forced);
    }
  }

  private void ensureNotClosing() {
    if (closing) {
      throw new IllegalStateException(folder + " was closed while it was backed up");
    }
  }

  /** Makes the index files of a segment again from its batches. */
  void reindex(long base) {
    synchronized (deleteLock) {
      ensureWritable();
      Segment segment = segmentAt(base);
      segment.deleteIndexes();
      segment.writeIndexes();
      segment.forceIndexes();
      forceFolder();
    }
  }

  // ---- forcing

  /**
   * Returns once every record below the returned offset would survive a power cut; it is at least
   * the end of the log at the call. If it fails, the log takes no more appends: what is on disk is
   * not known then. Reading goes on; open it again to find out.
   */
  public long sync() {
    ensureWritable();
    long wanted = nextOffset;
    synchronized (syncLock) {
      if (forcedOffset < wanted) {
        ensureWritable();
        try {
          forceAll();
          if (mark != null && isFarPast(marked)) {
            saveMark(mark);
          }
        } catch (LogException e) {
          failure = e;
          throw e;
        }
      }
      return forcedOffset;
    }
  }

  private boolean isFarPast(ForcedMark.Place place) {
    return forced.segmentBase() != place.segmentBase()
        || forced.position() - place.position() >= MARK_BYTES;
  }

  private void saveMark(ForcedMark ofFolder) {
    ofFolder.save(forced);
    marked = forced;
  }

  private void forceAll() {
    Segment[] all;
    ForcedMark.Place place;
    boolean forceFolder;
    synchronized (appendLock) {
      all = segments;
      place = placeOfEnd();
      forceFolder = folderChanged;
      folderChanged = false;
    }
    for (int i = indexOf(all, forced.segmentBase()); i < all.length; i++) {
      all[i].force();
      if (i < all.length - 1) {
        all[i].forceIndexes();
      }
    }
    if (forceFolder) {
      storage.forceDirectory(folder);
    }
    forced = place;
    forcedOffset = place.nextOffset();
  }

  private ForcedMark.Place placeOfEnd() {
    return new ForcedMark.Place(newest().baseOffset(), newest().size(), nextOffset);
  }

  /** Every record below this offset would survive a power cut. */
  public long forcedOffset() {
    return forcedOffset;
  }

  /**
   * Notes on disk up to where the log is known to be forced, if that moved since. The next opening
   * looks only at what is after that place, where something bad is a torn tail. {@link #close} does
   * it, and {@link #sync} where a segment or 1 MiB was forced since; it is cheap, and an owner may
   * do it every few seconds besides.
   */
  public void saveForcedMark() {
    synchronized (syncLock) {
      ensureWritable();
      if (mark != null && !marked.equals(forced)) {
        saveMark(mark);
      }
    }
  }

  // ---- reading

  /**
   * Copies whole batches into a buffer, from the one that holds {@code offset}, or the first after
   * it, up to {@code bytesMax} bytes but always at least one batch, so that a large one cannot
   * stall a reader. Fewer bytes are no sign of the end. The buffer is empty if there is no such
   * batch below {@code endOffset}. The first batch may begin before {@code offset}. A batch's
   * checksum is checked when it is read for the first time since the log was opened.
   *
   * @param endOffset batches with a record at or past it are left out; where it is past the end of
   *     the log that end counts
   * @throws OffsetOutOfRangeException if {@code offset} is past the end of {@link #range}, or
   *     before the first segment; one that is only before the first record is as a gap
   * @throws CorruptLogException if what is there is damaged; it tells where to read on
   */
  public void read(long offset, long endOffset, int bytesMax, BatchBuffer into) {
    checkRange(offset);
    readFrom(offset, endOffset, bytesMax, into);
  }

  void checkRange(long offset) {
    ensureOpen();
    if (offset > nextOffset || offset < segments[0].baseOffset()) {
      throw new OffsetOutOfRangeException(name(), offset, range());
    }
  }

  Segment[] segments() {
    ensureOpen();
    return segments;
  }

  /**
   * A cursor before the record with an offset, or the first after it. Of control batches it shows
   * nothing.
   *
   * @throws OffsetOutOfRangeException as {@link #read}
   */
  public LogCursor cursor(long offset) {
    var cursor = new LogCursor(this, null);
    cursor.seek(offset);
    return cursor;
  }

  /**
   * As {@link #read}, but from the first batch there is if the offset is before it: it may have
   * been deleted since the caller looked.
   */
  void readFrom(long offset, long endOffset, int bytesMax, BatchBuffer into) {
    while (true) {
      ensureOpen();
      Segment[] all = segments;
      try {
        readFrom(all, offset, endOffset, bytesMax, into);
        return;
      } catch (IllegalStateException e) {
        ensureChangedSince(all, e);
      } catch (FileReplacedException e) {
        renew(all, e);
      }
    }
  }

  private void readFrom(
      Segment[] all, long offset, long endOffset, int bytesMax, BatchBuffer into) {
    long end = nextOffset;
    long endWanted = Math.min(end, endOffset);
    for (int i = indexOf(all, offset);
        i < all.length && offset < endWanted && all[i].baseOffset() < endWanted;
        i++) {
      if (offset < all[i].nextOffset()) {
        all[i].read(offset, endWanted, bytesMax, into);
        if (!into.isEmpty()) {
          return;
        }
      }
    }
    into.filledWithNothing(offset);
  }

  /**
   * Copies bytes from where a batch was appended or read: some or all of a record, say. They are
   * not checked.
   *
   * @param segmentBase the base offset of the segment, as the {@link BatchBuilder} or {@link
   *     BatchBuffer} told it
   * @param position the first byte in the segment's file
   * @throws LogException if the log has no such bytes (any more)
   */
  public void readAt(long segmentBase, int position, byte[] target, int offset, int length) {
    while (true) {
      ensureOpen();
      Segment[] all = segments;
      Segment segment = all[indexOf(all, segmentBase)];
      if (segment.baseOffset() != segmentBase) {
        throw new LogException(
            "%s has no segment with base offset %d (any more)".formatted(folder, segmentBase));
      }
      try {
        segment.readAt(position, target, offset, length);
        return;
      } catch (IllegalStateException e) {
        ensureChangedSince(all, e);
      } catch (FileReplacedException e) {
        renew(all, e);
      }
    }
  }

  /** As the other form, into a new array. */
  public byte[] readAt(long segmentBase, int position, int length) {
    byte[] bytes = new byte[length];
    readAt(segmentBase, position, bytes, 0, length);
    return bytes;
  }

  /**
   * Shows the header of every batch from the one that holds {@code fromOffset} on, damaged parts
   * left out.
   */
  public void forEachBatch(long fromOffset, BatchVisitor visitor) {
    var progress =
        new Object() {
          long next = fromOffset;
        };
    while (true) {
      ensureOpen();
      Segment[] all = segments;
      try {
        for (int i = indexOf(all, progress.next); i < all.length; i++) {
          all[i].forEachBatch(
              progress.next,
              batch -> {
                progress.next = batch.nextOffset();
                visitor.visit(batch);
              });
        }
        return;
      } catch (IllegalStateException e) {
        ensureChangedSince(all, e);
      } catch (FileReplacedException e) {
        renew(all, e);
      }
    }
  }

  /** The first damage known so far that has one of some offsets; null if there is none. */
  public @Nullable Damage damageIn(OffsetRange offsets) {
    ensureOpen();
    for (Segment segment : segments) {
      for (Damage damage : segment.damages()) {
        if (damage.offsets().from() < offsets.to() && offsets.from() < damage.offsets().to()) {
          return damage;
        }
      }
    }
    return null;
  }

  /**
   * The offset of the first record whose timestamp is at least the given one, in milliseconds; the
   * end of the log if there is none. Timestamps may go backwards. The first call since the log was
   * opened looks at the index of each segment up to the answer's.
   *
   * @throws NoSuchIndexException if the log is opened without a time index
   */
  public long offsetForTime(long timestampMs) {
    if (!options.timeIndex()) {
      throw new NoSuchIndexException(
          name() + " is opened without its time index: set timeIndex in its options");
    }
    while (true) {
      ensureOpen();
      long end = nextOffset;
      Segment[] all = segments;
      try {
        long found = byTime.find(all, timestampMs);
        return found < 0 ? end : found;
      } catch (IllegalStateException e) {
        ensureChangedSince(all, e);
      } catch (FileReplacedException e) {
        renew(all, e);
      }
    }
  }

  // ---- opening

  private void load() {
    // Before the files are looked at: beside a writer both move on, and the mark must not be ahead.
    ForcedMark.Place found = ForcedMark.read(storage, folder).orElse(null);
    List<Path> files = storage.list(folder);
    List<Long> bases = bases(files);
    if (found != null && found.nextOffset() > 0) {
      long segment = found.segmentBase();
      if (bases.isEmpty() || (bases.get(0) < segment && !bases.contains(segment))) {
        throw new CorruptLogException(
            Segment.path(folder, segment),
            0,
            "the file is missing, %d bytes of it had been forced to disk; restore it, or move the folder away to start anew"
                .formatted(found.position()));
      }
    }
    if (bases.isEmpty()) {
      if (options.readOnly()) {
        throw new LogException("%s: there is no log; check the path".formatted(folder));
      }
      segments = new Segment[] {createSegment(0)};
      folderChanged = true;
    } else {
      if (found == null) {
        found = new ForcedMark.Place(bases.get(bases.size() - 1), 0, 0);
      }
      openSegments(bases, found);
      recover(found);
    }
    if (!options.readOnly()) {
      deleteLeftovers(files, bases);
      mark = ForcedMark.open(storage, folder, forced);
      marked = forced;
      if (options.recoverOnOpen() && recovery instanceof Recovery.Damaged) {
        goOnAfterDamage(mark);
      }
    }
    if (recovery instanceof Recovery.Damaged damaged
        && (options.checkOnOpen() || options.recoverOnOpen())
        && !goesOnAfterDamage) {
      Damage first = damaged.parts().get(0);
      throw new CorruptLogException(
          first.file(),
          first.from(),
          "offsets %s, which had been forced to disk, are damaged: %s; recover the folder, or restore it from a copy"
              .formatted(first.offsets(), first.reason()));
    }
  }

  /** Of a log with damage, leaves the damaged part and cuts off the tail that is torn. */
  private void cutAfterDamage(Segment[] all, int first, int last) {
    dropSegmentsAfter(last);
    for (int i = last + 1; i < all.length; i++) {
      all[i].delete();
    }
    for (int i = first; i < last; i++) {
      all[i].seal();
    }
    all[last].cutTail();
  }

  /**
   * Starts a new segment after damage, forces all before it, and says so: what is appended follows
   * no doubtful byte, and the next opening does not come upon the damage again.
   */
  private void goOnAfterDamage(ForcedMark ofFolder) {
    Segment damaged = newest();
    if (damaged.size() > 0 || !damaged.damages().isEmpty()) {
      addSegment();
    }
    folderChanged = true; // what made the newest files may not have forced their names
    forceAll();
    ofFolder.saveForGood(forced);
    marked = forced;
    goesOnAfterDamage = true;
    LOG.warn("{} was damaged and goes on after it; the rest can be read: {}", folder, recovery);
  }

  private static List<Long> bases(List<Path> files) {
    return files.stream().map(Segment::baseOffset).filter(base -> base >= 0).toList();
  }

  /** What a crash in the middle of a deletion leaves: a rewritten file, indexes without batches. */
  private void deleteLeftovers(List<Path> files, List<Long> bases) {
    var kept = Set.copyOf(bases);
    for (Path file : files) {
      if (SegmentRewrite.isLeftover(file) || Segment.isLeftoverIndex(file, kept)) {
        storage.delete(file);
      }
    }
  }

  private void openSegments(List<Long> bases, ForcedMark.Place found) {
    var opened = new Segment[bases.size()];
    for (int i = 0; i < opened.length; i++) {
      opened[i] = openSegment(bases.get(i));
      segments = Arrays.copyOf(opened, i + 1);
    }
    for (int i = 0; i < opened.length; i++) {
      Segment segment = opened[i];
      boolean newest = i == opened.length - 1;
      if (segment.baseOffset() < found.segmentBase()) {
        segment.trust(segment.fileSize(), bases.get(i + 1), !newest);
      } else if (segment.baseOffset() == found.segmentBase()
          && !(newest && (options.checkOnOpen() || options.recoverOnOpen()))
          && segment.fileSize() >= found.position()) {
        segment.trust(
            (int) found.position(), Math.max(found.nextOffset(), segment.baseOffset()), false);
      }
    }
  }

  private Segment openSegment(long base) {
    return Segment.open(
        storage,
        folder,
        base,
        options.indexIntervalBytes(),
        options.timeIndex(),
        options.readOnly());
  }

  /** Checks what is not known to be on disk, and cuts or reports what is bad. */
  private void recover(ForcedMark.Place found) {
    Segment[] all = segments;
    var damages = new ArrayList<Damage>();
    int last = all.length - 1;
    @Nullable Fault torn = null;
    for (int i = indexOf(all, found.segmentBase()); i < all.length && torn == null; i++) {
      Segment segment = all[i];
      boolean holdsMark = segment.baseOffset() == found.segmentBase();
      long forcedEnd = holdsMark ? found.position() : 0;
      if (i > 0 && segment.baseOffset() != all[i - 1].nextOffset() && !holdsMark) {
        last = i - 1;
        torn =
            new Fault(
                all[last].size(),
                "the next segment begins with offset %d, %d was expected"
                    .formatted(segment.baseOffset(), all[last].nextOffset()));
        break;
      }
      torn = segment.examine(forcedEnd, found.nextOffset());
      damages.addAll(segment.damages());
      if (torn != null) {
        last = i;
      }
    }
    nextOffset = all[last].nextOffset();
    forced = found;
    forcedOffset = Math.min(found.nextOffset(), nextOffset);
    if (!damages.isEmpty()) {
      recovery = new Recovery.Damaged(damages);
      if (options.recoverOnOpen() && !options.readOnly()) {
        cutAfterDamage(all, indexOf(all, found.segmentBase()), last);
      } else {
        dropSegmentsAfter(last);
        LOG.error(
            "{} is damaged, nothing was changed and the rest can be read: {}", folder, damages);
      }
    } else if (options.readOnly()) {
      dropSegmentsAfter(last);
    } else {
      for (int i = indexOf(all, found.segmentBase()); i < last; i++) {
        all[i].cutTail();
      }
      if (torn != null) {
        cut(all, last, torn);
      } else {
        all[last].cutTail();
      }
    }
    if (!options.readOnly() && damages.isEmpty()) {
      changed = !found.equals(placeOfEnd());
      // The process that made the newest files may have ended before it forced their names.
      folderChanged = changed;
      for (int i = indexOf(all, found.segmentBase()); i < last; i++) {
        all[i].seal();
      }
    }
  }

  /**
   * Cuts the tail off: the newest files first, so that a crash in between leaves a torn tail again.
   */
  private void cut(Segment[] all, int last, Fault torn) {
    long dropped = (long) all[last].writtenTo() - all[last].size();
    for (int i = all.length - 1; i > last; i--) {
      dropped += all[i].writtenTo();
      all[i].close();
      all[i].delete();
    }
    segments = Arrays.copyOf(all, last + 1);
    all[last].cutTail();
    all[last].force();
    storage.forceDirectory(folder);
    recovery = new Recovery.TailCut(dropped, all[last].path(), all[last].size(), torn.reason());
    LOG.warn(
        "{}: cut {} bytes off the log's tail at byte {}, which a crash had torn: {}",
        all[last].path(),
        dropped,
        all[last].size(),
        torn.reason());
  }

  private void dropSegmentsAfter(int last) {
    Segment[] all = segments;
    segments = Arrays.copyOf(all, last + 1);
    for (int i = last + 1; i < all.length; i++) {
      all[i].close();
    }
  }

  /**
   * Looks for batches that another process has appended since. Only for a log opened for reading
   * only.
   *
   * @return whether there are more
   */
  public boolean refresh() {
    ensureOpen();
    if (!options.readOnly()) {
      throw new IllegalStateException(
          folder + " is open for writing and sees all appends; refresh() is for read-only logs");
    }
    synchronized (appendLock) {
      long before = nextOffset;
      List<Long> bases = bases(storage.list(folder));
      try {
        newest().scan(); // up to what is not yet there as a whole, or reserved
        if (takeUp(bases)) {
          nextOffset = newest().nextOffset();
        } else {
          renew();
        }
      } catch (LogException e) {
        if (!isMissingFile(e)) {
          throw e;
        }
        renew(); // what was listed, or is open, was deleted just now
      }
      return nextOffset > before;
    }
  }

  /** Takes up segments after the newest one; returns false if some of the others were deleted. */
  private boolean takeUp(List<Long> bases) {
    if (bases.isEmpty()) {
      return true; // the folder is being deleted
    }
    if (bases.get(0) != segments[0].baseOffset()) {
      return false;
    }
    for (long base : bases) {
      if (base <= newest().baseOffset()) {
        continue;
      }
      if (base != newest().nextOffset()) {
        // What is missing before it was deleted if it is forced; else it may still come.
        return ForcedMark.read(storage, folder)
            .filter(mark -> mark.segmentBase() >= base)
            .isEmpty();
      }
      Segment next = openSegment(base);
      next.scan();
      Segment[] more = Arrays.copyOf(segments, segments.length + 1);
      more[segments.length] = next;
      segments = more;
    }
    return true;
  }

  /**
   * Makes a transaction's commit marker an abort, in place and forced. Only for an owner's recovery
   * right after opening, before anybody reads: of a commit that a power cut took a part of, the
   * rest is taken back so. A cut in the middle of it is mended at the next opening.
   *
   * @param offset the marker's
   * @throws IllegalArgumentException if there is no end of a transaction at that offset
   * @throws IllegalStateException if the last records of a segment at or after it were deleted, and
   *     it is known to be forced; nothing was changed
   */
  public void rewriteMarkerAsAbort(long offset) {
    synchronized (syncLock) {
      ensureWritable();
      Segment[] all = segments;
      Segment segment = all[indexOf(all, offset)];
      // What is past the mark is looked at when the log is opened: that is where a half-written
      // marker is mended.
      var place = new ForcedMark.Place(segment.baseOffset(), segment.positionOf(offset), offset);
      boolean before = place.nextOffset() < marked.nextOffset();
      if (mark != null && before) {
        ensureNoGapUpToMark(all, offset);
        mark.save(place);
        mark.force();
        marked = place;
        markedForGood = -1;
      }
      segment.rewriteMarkerAsAbort(offset);
    }
  }

  /** An opening that comes upon such a gap past the mark takes what follows for a torn tail. */
  private void ensureNoGapUpToMark(Segment[] all, long offset) {
    for (int i = indexOf(all, offset); all[i].baseOffset() < marked.segmentBase(); i++) {
      var end = new AtomicLong(-1);
      all[i].forEachBatch(Math.max(offset, all[i].baseOffset()), b -> end.set(b.nextOffset()));
      if (end.get() != all[i + 1].baseOffset()) {
        throw new IllegalStateException(
            "%s: the marker at offset %d cannot become an abort any more: records up to offset %d were deleted after it"
                .formatted(all[i].path(), offset, all[i + 1].baseOffset()));
      }
    }
  }

  /**
   * Releases the memory that segments hold which have not been read for some time: what is mapped
   * of their files, their indexes, and which of their batches' checksums have been checked. Reading
   * takes it again. The newest segment keeps its own. To be called every so often: a segment that
   * was read since the last call counts as read now.
   *
   * @param unusedFor zero or less releases all
   */
  public void gc(Duration unusedFor) {
    ensureOpen();
    Instant now = options.clock().instant();
    synchronized (appendLock) {
      ensureOpen();
      Segment[] all = segments;
      for (int i = 0; i < all.length - 1; i++) {
        all[i].releaseUnused(unusedFor, now);
      }
    }
  }

  // ---- closing

  /** Forces everything, writes the indexes and the mark, and releases the folder. */
  @Override
  public void close() {
    closing = true;
    synchronized (deleteLock) {
      synchronized (syncLock) {
        synchronized (appendLock) {
          if (closed) {
            return;
          }
          try {
            if (changed && failure == null) {
              closeClean();
            }
          } finally {
            closed = true;
            release();
          }
        }
      }
    }
  }

  private void closeClean() {
    newest().cutTail();
    forceAll();
    try {
      for (Segment segment : segments) {
        if (segment.owesIndexes()) { // there was no room for them
          segment.forceIndexes();
        }
      }
      newest().writeIndexes();
      newest().forceIndexes();
    } catch (LogException e) {
      LOG.warn("the index was not written and will be made again: {}", e.getMessage());
    }
    if (mark != null) {
      mark.save(forced);
    }
  }

  /** Closes each, whichever of them fails: a lock that stayed would outlive the log. */
  private void release() {
    var closings = new ArrayList<Runnable>();
    for (Segment segment : segments) {
      closings.add(segment::close);
    }
    if (mark != null) {
      closings.add(mark::close);
    }
    if (lock != null) {
      closings.add(lock::close);
    }
    RuntimeException failed = null;
    for (Runnable closing : closings) {
      try {
        closing.run();
      } catch (RuntimeException e) {
        if (failed == null) {
          failed = e;
        } else {
          failed.addSuppressed(e);
        }
      }
    }
    if (failed != null) {
      throw failed;
    }
  }

  // ---- the small things

  private Segment newest() {
    Segment[] all = segments;
    return all[all.length - 1];
  }

  /** The segment that an offset would be in; the first for one that is before all. */
  int indexOf(Segment[] all, long offset) {
    Bases known = bases;
    if (known.of != all) {
      known = new Bases(all);
      bases = known;
    }
    int found = Arrays.binarySearch(known.offsets, offset);
    return Math.max(found < 0 ? -found - 2 : found, 0);
  }

  /** The base offsets of segments beside each other, since to look into each segment is slow. */
  private static final class Bases {
    final Segment[] of;
    final long[] offsets;

    Bases(Segment[] of) {
      this.of = of;
      offsets = Arrays.stream(of).mapToLong(Segment::baseOffset).toArray();
    }
  }

  private String name() {
    return String.valueOf(folder.getFileName());
  }

  private void ensureOpen() {
    if (closed) {
      throw new IllegalStateException(folder + " is closed");
    }
  }

  private boolean isWritable() {
    return goesOnAfterDamage || !(recovery instanceof Recovery.Damaged);
  }

  private void ensureWritable() {
    ensureOpen();
    if (options.readOnly()) {
      throw new IllegalStateException(folder + " is open for reading only");
    }
    if (failure != null) {
      throw new LogException(
          "%s takes no more appends, because forcing it to disk has failed: close it, see to the disk, and open it again"
              .formatted(folder),
          failure);
    }
    if (recovery instanceof Recovery.Damaged damaged && !isWritable()) {
      Damage first = damaged.parts().get(0);
      throw new CorruptLogException(
          first.file(),
          first.from(),
          "the log takes no appends, because offsets %s, which had been forced to disk, are damaged: %s; the rest can be read: restore the folder from a copy, or recover it to go on after the damage"
              .formatted(first.offsets(), first.reason()));
    }
  }
}
