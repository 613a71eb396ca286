package io.headwater.log.segment;

import io.headwater.log.record.RecordBatch;
import io.headwater.log.segment.SparseIndex.KeySize;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import java.io.ByteArrayOutputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the batches of one segment are, by offset and by time: an entry for some of them. One
 * thread at a time adds, seals and saves; any number look up.
 *
 * <p><b>What is where.</b> Entries that were added since the segment was made or opened are in
 * memory, those before them in the two files beside it, of which memory has every 32nd key. Sealing
 * a segment moves all to the files. The files are opened when they are first needed, which adding
 * is not, and can be released.
 *
 * <p><b>What is trusted.</b> Kafka's index files have no checksum. When they are opened their
 * entries must rise, and the last of each must lead to its batch. Any other is to be compared with
 * the batch that it leads to, by the caller, who reads it anyway: see {@link #mend}. An index that
 * is missing or wrong is made again from the headers of the batches, and its files too, unless the
 * log is opened for reading only.
 */
final class SegmentIndex implements AutoCloseable {
  private static final String OFFSETS = ".index";
  private static final String TIMES = ".timeindex";

  static final List<String> SUFFIXES = List.of(OFFSETS, TIMES);

  /** Files are written under this name and then renamed, since others may have them mapped. */
  static final String NEW = ".new";

  /** Of an index with more bytes of batches than this after its last entry some must be missing. */
  private static final int UNINDEXED_BYTES_MAX = 64 << 10;

  private static final Stored NOTHING =
      new Stored(
          new GrowingIndex(KeySize.FOUR_BYTES), new GrowingIndex(KeySize.EIGHT_BYTES), -1, -1, -1);

  private final Storage storage;
  private final Path log;
  private final StorageFile file;
  private final long baseOffset;
  private final int intervalBytes;
  private final boolean keepsTimes;
  private final boolean readOnly;
  private final Object lock = new Object();

  /** What is in the files; null while it has not been needed. Replaced under the lock. */
  private volatile @Nullable Stored stored = NOTHING;

  /** Never added to: one for all segments that take no more batches, so that it stays at hand. */
  private static final Added NOTHING_ADDED = new Added();

  /** Replaced after what was in it has moved to {@link #stored}. */
  private volatile Added added = NOTHING_ADDED;

  private volatile int size; // of what the files are to cover, in bytes
  private volatile long nextOffset; // the offset after it
  private boolean sealed; // guarded by lock
  private boolean due; // guarded by lock
  private volatile boolean closed;

  /** The entries for the batches that were there when the segment was opened, or sealed. */
  private static final class Stored {
    /** By the last offset of a batch, less the segment's base: where it starts. */
    final SparseIndex byOffset;

    /** By the highest timestamp so far: the last offset of the batch that has it, less the base. */
    final SparseIndex byTime;

    /** The highest timestamp in {@link #byTime}. */
    final long timeIndexed;

    final long maxTimestamp;
    final int maxTimestampDelta;

    Stored(
        SparseIndex byOffset,
        SparseIndex byTime,
        long timeIndexed,
        long maxTimestamp,
        int maxTimestampDelta) {
      this.byOffset = byOffset;
      this.byTime = byTime;
      this.timeIndexed = timeIndexed;
      this.maxTimestamp = maxTimestamp;
      this.maxTimestampDelta = maxTimestampDelta;
    }

    void close() {
      SegmentIndex.close(byOffset);
      SegmentIndex.close(byTime);
    }
  }

  /** The same for batches that came after them, and what is needed to go on. */
  private static final class Added {
    final GrowingIndex byOffset = new GrowingIndex(KeySize.FOUR_BYTES);
    final GrowingIndex byTime = new GrowingIndex(KeySize.EIGHT_BYTES);
    volatile long maxTimestamp = -1;
    int maxTimestampDelta = -1;
    int bytesSinceEntry;

    void add(RecordBatch batch, int position, long baseOffset, int intervalBytes) {
      if (batch.maxTimestamp() > maxTimestamp) {
        maxTimestampDelta = (int) (batch.lastOffset() - baseOffset);
        maxTimestamp = batch.maxTimestamp();
      }
      if (bytesSinceEntry > intervalBytes) {
        byOffset.add(batch.lastOffset() - baseOffset, position);
        byTime.add(maxTimestamp, maxTimestampDelta);
        bytesSinceEntry = 0;
      }
      bytesSinceEntry += batch.sizeInBytes();
    }

    Stored asStored() {
      byTime.add(maxTimestamp, maxTimestampDelta);
      return new Stored(byOffset, byTime, maxTimestamp, maxTimestamp, maxTimestampDelta);
    }
  }

  /**
   * The index of a segment that is thought to be empty.
   *
   * @param log the segment's path
   * @param file the segment's batches
   */
  SegmentIndex(
      Storage storage,
      Path log,
      StorageFile file,
      long baseOffset,
      int intervalBytes,
      boolean keepsTimes,
      boolean readOnly) {
    this.storage = storage;
    this.log = log;
    this.file = file;
    this.baseOffset = baseOffset;
    this.intervalBytes = intervalBytes;
    this.keepsTimes = keepsTimes;
    this.readOnly = readOnly;
    nextOffset = baseOffset;
  }

  /** Takes notice of a batch after the last one, and makes entries if it is time for them. */
  void add(RecordBatch batch, int position) {
    Added current = added;
    if (current == NOTHING_ADDED) {
      current = new Added();
      added = current;
    }
    current.add(batch, position, baseOffset, intervalBytes);
  }

  // ---- looking up

  /**
   * Looks for the last entry whose batch does not start after the one that holds an offset. The
   * entry's key is the last offset of its batch, less the base, and its value where that starts.
   */
  void find(long offset, IndexEntry into) {
    long key = offset - baseOffset;
    into.source = null;
    if (added.byOffset.floor(key, into)) {
      return;
    }
    int firstAdded = into.nextValue;
    findStored(key, into, false);
    into.nextValue = Math.min(into.nextValue, firstAdded);
  }

  /**
   * Looks for the last entry with a timestamp below the given one. The entry's key is its batch's
   * highest timestamp, and its value that batch's last offset, less the base.
   *
   * @return the offset of that batch's last record, or one before it: none before that batch has
   *     the given timestamp or a higher one
   */
  long findTime(long timestampMs, IndexEntry into) {
    into.source = null;
    Added after = added;
    if (stored().maxTimestamp < timestampMs) {
      long start = Math.max(nextOffset, baseOffset);
      return after.byTime.floor(timestampMs - 1, into) ? baseOffset + into.value : start;
    }
    findStored(timestampMs - 1, into, true);
    return into.key < 0 ? baseOffset : baseOffset + into.value;
  }

  private void findStored(long key, IndexEntry into, boolean time) {
    while (true) {
      Stored current = stored();
      SparseIndex index = time ? current.byTime : current.byOffset;
      try {
        index.floor(key, into);
        into.source = index instanceof StoredIndex ? current : null;
        return;
      } catch (IllegalStateException e) {
        if (closed || stored == current) {
          throw e;
        }
        // It was released or made again just now.
      } catch (LogException e) {
        replace(current, false); // a file that cannot be read any more
      }
    }
  }

  /** The highest timestamp of the segment, or -1. */
  long maxTimestamp() {
    long after = added.maxTimestamp;
    return Math.max(after, stored().maxTimestamp);
  }

  /**
   * Makes the index again, because an entry that was found in a file does not lead to its batch.
   * What it leads to after that is right as far as the batches are.
   */
  void mend(IndexEntry wrong) {
    replace(wrong.source, true);
  }

  private void replace(@Nullable Object bad, boolean save) {
    synchronized (lock) {
      Stored current = stored;
      if (current != null && current == bad) { // else somebody else did it
        Stored built = built();
        stored = save ? saved(built) : built;
        current.close();
      }
    }
  }

  // ---- files

  /** Writes the files, complete. They are forced only by {@link #force}. */
  void save() {
    synchronized (lock) {
      write(stored(), added);
    }
  }

  /**
   * Says that nothing more will be added, and that the files have yet to be written: what is in
   * memory is looked at until {@link #writeDue}.
   */
  void due() {
    synchronized (lock) {
      due = true;
    }
  }

  boolean isDue() {
    synchronized (lock) {
      return due;
    }
  }

  /** Writes the files if they are due, and forgets what is in memory. On any thread. */
  void writeDue(int sizeBytes, long offsetAfterLast) {
    synchronized (lock) {
      if (due && !closed) {
        write(stored(), added);
        forget(sizeBytes, offsetAfterLast, true);
      }
    }
  }

  private void write(Stored before, Added after) {
    write(OFFSETS, List.of(before.byOffset, after.byOffset));
    if (!keepsTimes) {
      storage.delete(path(TIMES)); // it would no longer be complete
      return;
    }
    var rest = new GrowingIndex(KeySize.EIGHT_BYTES);
    if (before.maxTimestamp > before.timeIndexed) {
      rest.add(before.maxTimestamp, before.maxTimestampDelta);
    }
    after.byTime.copyAbove(before.maxTimestamp, rest);
    if (after.maxTimestamp > before.maxTimestamp) {
      rest.add(after.maxTimestamp, after.maxTimestampDelta);
    }
    write(TIMES, List.of(before.byTime, rest));
  }

  private void write(String suffix, List<SparseIndex> parts) {
    Path path = path(suffix);
    Path written = path.resolveSibling(path.getFileName() + NEW);
    var bytes = new ByteArrayOutputStream();
    parts.forEach(part -> bytes.writeBytes(part.toBytes()));
    try (StorageFile indexFile = storage.create(written)) {
      indexFile.write(0, bytes.toByteArray(), 0, bytes.size());
    }
    storage.move(written, path);
  }

  /** Forces the files to disk. */
  void force() {
    for (String suffix : keepsTimes ? List.of(OFFSETS, TIMES) : List.of(OFFSETS)) {
      try (StorageFile indexFile = storage.open(path(suffix))) {
        indexFile.force();
      }
    }
  }

  /** Deletes the files. What is needed of them until the end is made again in memory. */
  void delete() {
    synchronized (lock) {
      sealed = false; // so that they are not written again
      due = false;
      Stored current = stored;
      stored = null;
      if (current != null) {
        current.close();
      }
    }
    storage.delete(path(OFFSETS));
    storage.delete(path(TIMES));
  }

  /** The size of both files, in bytes. */
  long sizeOnDisk() {
    long bytes = 0;
    for (String suffix : SUFFIXES) {
      if (storage.exists(path(suffix))) {
        try (StorageFile indexFile = storage.openReadOnly(path(suffix))) {
          bytes += indexFile.size();
        } catch (LogException e) {
          if (!(e.getCause() instanceof NoSuchFileException)) { // deleted just now
            throw e;
          }
        }
      }
    }
    return bytes;
  }

  private Path path(String suffix) {
    return log.resolveSibling(Segment.name(baseOffset, suffix));
  }

  // ---- taking up what is there

  /**
   * Forgets what is in memory. The files are read when they are needed.
   *
   * @param sizeBytes where the last batch ends, in bytes
   * @param offsetAfterLast the offset after it
   * @param noMore whether the segment takes no more batches
   */
  void forget(int sizeBytes, long offsetAfterLast, boolean noMore) {
    synchronized (lock) {
      size = sizeBytes;
      nextOffset = offsetAfterLast;
      sealed = noMore;
      due = false;
      Stored before = stored;
      stored = null;
      added = NOTHING_ADDED;
      if (before != null) {
        before.close();
      }
    }
  }

  private Stored stored() {
    Stored current = stored;
    if (current != null) {
      return current;
    }
    synchronized (lock) {
      current = stored;
      if (current == null) {
        if (closed) {
          throw new IllegalStateException(log + " is closed");
        }
        current = loaded();
        if (current == null) {
          current = saved(built());
        }
        stored = current;
      }
      return current;
    }
  }

  /** What is in the files; null if they are missing or bad. */
  private @Nullable Stored loaded() {
    SparseIndex byOffset = opened(OFFSETS, KeySize.FOUR_BYTES, size);
    SparseIndex byTime =
        keepsTimes
            ? opened(TIMES, KeySize.EIGHT_BYTES, nextOffset - baseOffset)
            : new GrowingIndex(KeySize.EIGHT_BYTES);
    Stored loaded = null;
    try {
      if (byOffset != null && byTime != null) {
        loaded = completed(byOffset, byTime);
      }
    } finally {
      if (loaded == null) {
        close(byOffset);
        close(byTime);
      }
    }
    return loaded;
  }

  private @Nullable StoredIndex opened(String suffix, KeySize keySize, long valueLimit) {
    Path path = path(suffix);
    if (!storage.exists(path)) {
      return null;
    }
    try {
      StorageFile indexFile = readOnly ? storage.openReadOnly(path) : storage.open(path);
      StoredIndex opened = null;
      try {
        opened = StoredIndex.of(keySize, indexFile, valueLimit);
        return opened;
      } finally {
        if (opened == null) {
          indexFile.close();
        }
      }
    } catch (LogException e) {
      return null; // an index that cannot be read is as good as none
    }
  }

  /**
   * Looks whether the last entries lead to their batches, and what is the highest timestamp: a file
   * of an earlier close may cover less than there is. Null if the files are bad.
   */
  private @Nullable Stored completed(SparseIndex byOffset, SparseIndex byTime) {
    var last = new IndexEntry();
    var lastTime = new IndexEntry();
    var entry = new IndexEntry();
    byOffset.floor(Long.MAX_VALUE, last);
    byTime.floor(Long.MAX_VALUE, lastTime);
    byOffset.floor(lastTime.key < 0 ? -1 : lastTime.value, entry);
    long maxTimestamp = lastTime.key;
    int maxTimestampDelta = lastTime.value;
    boolean lastFound = last.key < 0;
    boolean timeFound = lastTime.key < 0;
    int indexedTo = -1;
    var walk = new HeaderWalk(file, keepsTimes ? entry.value : last.value, size);
    for (RecordBatch batch = walk.next(false); batch != null; batch = walk.next(false)) {
      long delta = batch.lastOffset() - baseOffset;
      if (walk.position() >= last.value && indexedTo < 0) {
        indexedTo = walk.position() + batch.sizeInBytes();
        lastFound = last.key < 0 || (walk.position() == last.value && delta == last.key);
      }
      if (!timeFound && delta >= lastTime.value) {
        if (batch.maxTimestamp() != lastTime.key) {
          return null;
        }
        timeFound = true;
      }
      if (batch.maxTimestamp() > maxTimestamp) {
        maxTimestamp = batch.maxTimestamp();
        maxTimestampDelta = (int) delta;
      }
    }
    boolean complete = size - indexedTo <= Math.max(intervalBytes, UNINDEXED_BYTES_MAX);
    return lastFound && timeFound && complete && walk.fault() == null
        ? new Stored(byOffset, byTime, lastTime.key, maxTimestamp, maxTimestampDelta)
        : null;
  }

  /**
   * Entries for all batches. Left out are damaged parts, and batches whose base offset does not fit
   * between its neighbours': an entry for one of these would lead past others.
   */
  private Stored built() {
    var built = new Added();
    long next = baseOffset;
    int start = 0;
    while (start >= 0 && start < size) {
      var walk = new HeaderWalk(file, start, size);
      for (RecordBatch batch = walk.next(false); batch != null; batch = walk.next(false)) {
        if (fits(batch, walk.position(), next)) {
          built.add(batch, walk.position(), baseOffset, intervalBytes);
          next = batch.nextOffset();
        }
      }
      Fault fault = walk.fault();
      start = fault == null ? size : batchAfter(fault.position());
    }
    return built.asStored();
  }

  private boolean fits(RecordBatch batch, int position, long expected) {
    long base = batch.baseOffset();
    return base == expected
        || (base > expected && !BatchSearch.overlapsNext(file, batch, position, size, expected));
  }

  private int batchAfter(int position) {
    return BatchSearch.after(file, position, size, baseOffset, baseOffset + Integer.MAX_VALUE);
  }

  /** Writes the files anew and opens them; what it was given, if that is not to be or fails. */
  private Stored saved(Stored made) {
    if (readOnly || !sealed) {
      return made;
    }
    try {
      write(made, NOTHING_ADDED);
    } catch (LogException e) {
      return made; // the next opening tries again
    }
    Stored loaded = loaded();
    return loaded == null ? made : loaded;
  }

  private static void close(@Nullable SparseIndex index) {
    if (index instanceof StoredIndex stored) {
      stored.close();
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      Stored current = stored;
      if (current != null) {
        current.close();
      }
    }
  }
}
