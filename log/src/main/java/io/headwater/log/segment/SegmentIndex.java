package io.headwater.log.segment;

import io.headwater.log.record.RecordBatch;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the batches of one segment are, by offset and by time: an entry for some of them, in memory
 * and in two files beside it. The files are read when they are first needed; what is missing or bad
 * in them is made again from the batches. One thread at a time adds and saves; any number look up.
 */
final class SegmentIndex {
  static final List<String> SUFFIXES = List.of(".index", ".timeindex");

  private final Storage storage;
  private final Path log;
  private final StorageFile file;
  private final long baseOffset;
  private final int intervalBytes;
  private final Object loadLock = new Object();

  /** Null while it has not been needed since {@link #trust}. */
  private volatile @Nullable Entries entries;

  private int trustedSize; // ordered by entries, which is written after it
  private long trustedNextOffset; // likewise

  /** The entries, and what is needed to go on with them. */
  private static final class Entries {
    /** The last offset of a batch, less the segment's base; where it starts in the file. */
    final SparseIndex byOffset;

    /** The highest timestamp so far; the last offset of the batch that has it, less the base. */
    final SparseIndex byTime;

    volatile long maxTimestamp = -1;
    long maxTimestampOffset = -1;
    int bytesSinceEntry;

    Entries() {
      this(
          new SparseIndex(SparseIndex.KeySize.FOUR_BYTES),
          new SparseIndex(SparseIndex.KeySize.EIGHT_BYTES));
    }

    Entries(SparseIndex byOffset, SparseIndex byTime) {
      this.byOffset = byOffset;
      this.byTime = byTime;
    }
  }

  /**
   * The index of a segment that is thought to be empty.
   *
   * @param log the segment's path
   * @param file the segment's batches
   */
  SegmentIndex(Storage storage, Path log, StorageFile file, long baseOffset, int intervalBytes) {
    this.storage = storage;
    this.log = log;
    this.file = file;
    this.baseOffset = baseOffset;
    this.intervalBytes = intervalBytes;
    entries = new Entries();
  }

  // ---- adding

  /** Takes notice of a batch after the last one, and makes entries if it is time for them. */
  void add(RecordBatch batch, int position) {
    add(entries(), batch, position);
  }

  private void add(Entries to, RecordBatch batch, int position) {
    noteTimestamp(to, batch);
    if (to.bytesSinceEntry > intervalBytes) {
      to.byOffset.add(batch.lastOffset() - baseOffset, position);
      addTimeEntry(to);
      to.bytesSinceEntry = 0;
    }
    to.bytesSinceEntry += batch.sizeInBytes();
  }

  private static void noteTimestamp(Entries to, RecordBatch batch) {
    if (batch.maxTimestamp() > to.maxTimestamp) {
      to.maxTimestampOffset = batch.lastOffset();
      to.maxTimestamp = batch.maxTimestamp();
    }
  }

  private void addTimeEntry(Entries to) {
    to.byTime.add(to.maxTimestamp, (int) (to.maxTimestampOffset - baseOffset));
  }

  // ---- looking up

  /** A place at or before the batch that holds an offset, where a batch starts. */
  int startFor(long offset) {
    Entries current = entries();
    int entry = current.byOffset.floor(offset - baseOffset);
    return entry < 0 ? 0 : current.byOffset.value(entry);
  }

  /**
   * As {@link #startFor}, but looks whether the batch is there, and makes the index again if not.
   */
  int checkedStartFor(long offset, int size) {
    Entries current = entries();
    int entry = current.byOffset.floor(offset - baseOffset);
    if (entry >= 0 && !isEntryOfBatch(current, entry, size)) {
      synchronized (loadLock) {
        entries = rebuilt(size);
      }
      return startFor(offset);
    }
    return entry < 0 ? 0 : current.byOffset.value(entry);
  }

  /** The highest timestamp of the segment, or -1. */
  long maxTimestamp() {
    return entries().maxTimestamp;
  }

  /** An offset at or after which the first record of at least that timestamp is. */
  long startForTime(long timestampMs) {
    Entries current = entries();
    int entry = current.byTime.floor(timestampMs);
    return entry < 0 ? baseOffset : baseOffset + current.byTime.value(entry);
  }

  // ---- files

  /** Writes both files, complete. They are forced only by {@link #force}. */
  void save() {
    Entries current = entries();
    addTimeEntry(current);
    save(".index", current.byOffset);
    save(".timeindex", current.byTime);
  }

  private void save(String suffix, SparseIndex index) {
    byte[] bytes = index.toBytes();
    try (StorageFile indexFile = storage.create(path(suffix))) {
      indexFile.write(0, bytes, 0, bytes.length);
    }
  }

  /** Forces both files to disk. */
  void force() {
    for (String suffix : SUFFIXES) {
      try (StorageFile indexFile = storage.open(path(suffix))) {
        indexFile.force();
      }
    }
  }

  /** Deletes both files. */
  void delete() {
    for (String suffix : SUFFIXES) {
      storage.delete(path(suffix));
    }
  }

  /** The size of both files, in bytes. */
  long sizeOnDisk() {
    long bytes = 0;
    for (String suffix : SUFFIXES) {
      if (storage.exists(path(suffix))) {
        try (StorageFile indexFile = storage.openReadOnly(path(suffix))) {
          bytes += indexFile.size();
        }
      }
    }
    return bytes;
  }

  private Path path(String suffix) {
    return log.resolveSibling("%020d%s".formatted(baseOffset, suffix));
  }

  // ---- taking up what is there

  /**
   * Says up to where there are batches. The files are read when they are needed.
   *
   * @param size where the last batch ends, in bytes
   * @param nextOffset the offset after it
   */
  void trust(int size, long nextOffset) {
    trustedSize = size;
    trustedNextOffset = nextOffset;
    entries = null;
  }

  /** Reads the files, if they have not been. */
  void load() {
    entries();
  }

  private Entries entries() {
    Entries current = entries;
    if (current != null) {
      return current;
    }
    synchronized (loadLock) {
      if (entries == null) {
        entries = loaded();
      }
      return Objects.requireNonNull(entries);
    }
  }

  /**
   * Reads the files, as far as they are right, and takes up the batches after the last that both
   * cover: a file of an earlier close may cover fewer.
   */
  private Entries loaded() {
    SparseIndex byOffset =
        SparseIndex.parse(SparseIndex.KeySize.FOUR_BYTES, bytesOf(".index"), trustedSize);
    SparseIndex byTime =
        SparseIndex.parse(
            SparseIndex.KeySize.EIGHT_BYTES, bytesOf(".timeindex"), trustedNextOffset - baseOffset);
    if (byOffset == null || byTime == null) {
      return rebuilt(trustedSize);
    }
    var loaded = new Entries(byOffset, byTime);
    int last = byOffset.last();
    if (last >= 0 && !isEntryOfBatch(loaded, last, trustedSize)) {
      return rebuilt(trustedSize);
    }
    int covered = 0;
    int lastTime = byTime.last();
    if (lastTime >= 0) {
      loaded.maxTimestamp = byTime.key(lastTime);
      loaded.maxTimestampOffset = baseOffset + byTime.value(lastTime);
      int entry = byOffset.floor(byTime.value(lastTime));
      covered = entry < 0 ? 0 : byOffset.value(entry);
    }
    long coveredOffset = last < 0 ? -1 : baseOffset + byOffset.key(last);
    var walk = new HeaderWalk(file, covered, trustedSize);
    for (RecordBatch batch = walk.next(false); batch != null; batch = walk.next(false)) {
      if (batch.lastOffset() > coveredOffset) {
        add(loaded, batch, walk.position());
      } else {
        noteTimestamp(loaded, batch);
        loaded.bytesSinceEntry =
            batch.lastOffset() == coveredOffset ? batch.sizeInBytes() : loaded.bytesSinceEntry;
      }
    }
    return loaded;
  }

  private byte[] bytesOf(String suffix) {
    Path path = path(suffix);
    if (!storage.exists(path)) {
      return new byte[] {0}; // no index is one byte long
    }
    try (StorageFile indexFile = storage.openReadOnly(path)) {
      byte[] bytes = new byte[(int) Math.min(indexFile.size(), Integer.MAX_VALUE - 8)];
      int length = indexFile.read(0, bytes, 0, bytes.length);
      return length == bytes.length ? bytes : new byte[] {0};
    }
  }

  private Entries rebuilt(int size) {
    var rebuilt = new Entries();
    var walk = new HeaderWalk(file, 0, size);
    for (RecordBatch batch = walk.next(false); batch != null; batch = walk.next(false)) {
      add(rebuilt, batch, walk.position());
    }
    return rebuilt;
  }

  private boolean isEntryOfBatch(Entries of, int entry, int size) {
    int position = of.byOffset.value(entry);
    byte[] head = new byte[RecordBatch.HEADER_BYTES];
    if (size - position < head.length || file.read(position, head, 0, head.length) < head.length) {
      return false;
    }
    RecordBatch batch = new RecordBatch().at(head, 0);
    return batch.headerFault().isEmpty()
        && batch.lastOffset() == baseOffset + of.byOffset.key(entry);
  }
}
