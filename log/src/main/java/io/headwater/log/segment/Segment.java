package io.headwater.log.segment;

import io.headwater.log.OffsetRange;
import io.headwater.log.SegmentStat;
import io.headwater.log.record.BatchBuffer;
import io.headwater.log.record.RecordBatch;
import io.headwater.log.record.RecordReader;
import io.headwater.log.storage.CorruptLogException;
import io.headwater.log.storage.DiskFullException;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A part of a log in one file, with its indexes: the batches from its base offset on. One thread at
 * a time appends, scans or repairs; any number read meanwhile, up to {@link #size}, which is
 * written after all that it covers.
 *
 * <p>The file may be longer than {@link #size}: by zeros, space that was reserved for what comes;
 * and a failed append may leave a part of a batch behind, which the next one overwrites. Both are
 * cut off before another segment begins.
 */
public final class Segment implements AutoCloseable {
  private static final int CHUNK_BYTES = 8 << 10;
  private static final Logger LOG = LoggerFactory.getLogger(Segment.class);
  private static final VarHandle SIZE;
  private static final VarHandle NEXT_OFFSET;

  static {
    try {
      var lookup = MethodHandles.lookup();
      SIZE = lookup.findVarHandle(Segment.class, "size", int.class);
      NEXT_OFFSET = lookup.findVarHandle(Segment.class, "nextOffset", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Storage storage;
  private final Path path;
  private final long baseOffset;
  private final StorageFile file;
  private final boolean readOnly;
  private final SegmentIndex index;
  private long reservedTo; // only by the thread that appends
  private final CheckedBatches checked = new CheckedBatches();
  private final LargeBatches largeBatches = new LargeBatches();
  private final Object damageLock = new Object();
  private volatile List<Damage> damages = List.of();
  private final Object countLock = new Object();
  private long countedTo = -1; // guarded by countLock
  private int countedSize = -1; // guarded by countLock
  private long recordCount; // guarded by countLock
  private long countedTimestampMax = -1; // guarded by countLock

  private boolean used; // since it was last asked: a hint, so it may be seen late
  private boolean holds = true; // something that can be released; only by the thread that does
  private Instant lastUse = Instant.MIN; // likewise

  private volatile int size;
  private volatile long nextOffset;

  private Segment(
      Storage storage,
      Path path,
      long baseOffset,
      StorageFile file,
      int indexIntervalBytes,
      boolean timeIndex,
      boolean readOnly) {
    this.readOnly = readOnly;
    this.storage = storage;
    this.path = path;
    this.baseOffset = baseOffset;
    this.file = file;
    index =
        new SegmentIndex(storage, path, file, baseOffset, indexIntervalBytes, timeIndex, readOnly);
    nextOffset = baseOffset;
  }

  /** Where the batches of a segment are. */
  public static Path path(Path folder, long baseOffset) {
    return folder.resolve(name(baseOffset, ".log"));
  }

  /**
   * The name of a file of a segment: its base offset in 20 digits, the same ones in every locale.
   */
  public static String name(long baseOffset, String suffix) {
    return String.format(Locale.ROOT, "%020d", baseOffset) + suffix;
  }

  /** The base offset in the name of a segment's file, or -1 for another file. */
  public static long baseOffset(Path file) {
    return baseOffset(file, ".log");
  }

  /**
   * The base offset of the segment that a file belongs to, by its name: its batches, an index, or
   * whatever else is named so by Kafka. -1 for another file, and for one that is not finished.
   */
  public static long numberOf(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.indexOf('.');
    return dot != 20 || name.indexOf('.', dot + 1) >= 0
        ? -1
        : baseOffset(file, name.substring(dot));
  }

  /**
   * Whether a file is an index that was not finished, or one of a segment that is none of those.
   */
  public static boolean isLeftoverIndex(Path file, Set<Long> baseOffsets) {
    for (String suffix : SegmentIndex.SUFFIXES) {
      long base = baseOffset(file, suffix);
      boolean unfinished = baseOffset(file, suffix + SegmentIndex.NEW) >= 0;
      if (unfinished || (base >= 0 && !baseOffsets.contains(base))) {
        return true;
      }
    }
    return false;
  }

  private static long baseOffset(Path file, String suffix) {
    String name = String.valueOf(file.getFileName());
    if (name.length() != 20 + suffix.length() || !name.endsWith(suffix)) {
      return -1;
    }
    for (int i = 0; i < 20; i++) {
      if (name.charAt(i) < '0' || name.charAt(i) > '9') {
        return -1;
      }
    }
    try {
      return Long.parseLong(name.substring(0, 20));
    } catch (NumberFormatException e) {
      return -1; // more than 2^63: no name of ours
    }
  }

  /** Makes a new, empty segment; a file of that name is emptied. */
  public static Segment create(
      Storage storage, Path folder, long baseOffset, int indexIntervalBytes, boolean timeIndex) {
    Path path = path(folder, baseOffset);
    return new Segment(
        storage, path, baseOffset, storage.create(path), indexIntervalBytes, timeIndex, false);
  }

  /**
   * Opens a segment. It seems empty until it is told with {@link #trust} what it holds, or finds it
   * out with {@link #scan}.
   */
  public static Segment open(
      Storage storage,
      Path folder,
      long baseOffset,
      int indexIntervalBytes,
      boolean timeIndex,
      boolean readOnly) {
    Path path = path(folder, baseOffset);
    StorageFile file = readOnly ? storage.openReadOnly(path) : storage.open(path);
    if (file.size() > Integer.MAX_VALUE) {
      long size = file.size();
      file.close();
      throw new CorruptLogException(
          path, 0, "the file has %d bytes, a segment has less than 2 GiB".formatted(size));
    }
    return new Segment(storage, path, baseOffset, file, indexIntervalBytes, timeIndex, readOnly);
  }

  public long baseOffset() {
    return baseOffset;
  }

  /** The file with the batches. */
  public Path path() {
    return path;
  }

  StorageFile file() {
    return file;
  }

  /** Where the last whole batch ends, in bytes. */
  public int size() {
    return size;
  }

  /** How long the file is, which may be more. */
  public int fileSize() {
    return (int) Math.min(Integer.MAX_VALUE, file.size());
  }

  /** The offset after the last batch. */
  public long nextOffset() {
    return nextOffset;
  }

  /** The end of the last batch, or of the last part that is known to be damaged, in bytes. */
  public long knownTo() {
    List<Damage> parts = damages;
    return parts.isEmpty() ? size : Math.max(size, parts.get(parts.size() - 1).to());
  }

  /** The parts that cannot be read, in order. */
  public List<Damage> damages() {
    return damages;
  }

  // ---- appending

  /**
   * Writes a finished batch after the last one, and returns where it starts. If it fails the
   * segment is as before.
   */
  public int append(byte[] bytes, int length, RecordBatch header, ReserveAhead ahead) {
    int position = size;
    int end = position + length;
    try {
      if (end > reservedTo && length <= StorageFile.SMALL_WRITE_BYTES) {
        ahead.reserve(file, end);
        reservedTo = file.size();
      }
      file.write(position, bytes, 0, length);
    } catch (LogException e) {
      cutTailIfPossible(e);
      throw e;
    }
    header.at(bytes, 0);
    index.add(header, position);
    // Whoever sees them sees the bytes; what a volatile write adds costs as much as writing them.
    NEXT_OFFSET.setRelease(this, header.nextOffset());
    SIZE.setRelease(this, end);
    return position;
  }

  /**
   * Ends the appending: cuts the file to its batches and writes the index files. More can be
   * appended if another segment cannot be made.
   */
  public void seal() {
    cutTail();
    index.save();
    index.forget(size, nextOffset, true);
    file.release();
  }

  /** As {@link #seal}, but does not write the index files: see {@link #oweIndexes}. */
  public void sealWithoutIndexes() {
    cutTail();
    file.release();
  }

  /**
   * Says that nothing more will be appended, and that somebody will call {@link #writeOwedIndexes}.
   */
  public void oweIndexes() {
    index.due();
  }

  /**
   * Writes the index files if they are owed; on any thread. What needs them does it itself. On a
   * full disk they stay owed: what is in memory serves as well.
   */
  public void writeOwedIndexes() {
    try {
      index.writeDue(size, nextOffset);
    } catch (DiskFullException e) {
      LOG.debug("{}: the index is still owed", path, e);
    }
  }

  /** Whether the index files have yet to be written. */
  public boolean owesIndexes() {
    return index.isDue();
  }

  /** Forces the batches to disk. */
  public void force() {
    file.force();
  }

  /** Writes the index files, complete. They are forced only by {@link #forceIndexes}. */
  public void writeIndexes() {
    index.save();
  }

  /** Forces the index files to disk. */
  public void forceIndexes() {
    writeOwedIndexes();
    if (!owesIndexes()) {
      index.force();
    }
  }

  // ---- finding out what the file holds

  /**
   * Takes it as given what the segment holds. Its index files are read when they are needed, and
   * each batch's checksum is checked when it is first read.
   *
   * @param sealed whether it takes no more batches
   */
  public void trust(int sizeBytes, long offsetAfterLast, boolean sealed) {
    index.forget(sizeBytes, offsetAfterLast, sealed);
    checked.forgetBefore(sizeBytes);
    largeBatches.forget();
    nextOffset = offsetAfterLast;
    size = sizeBytes;
  }

  /**
   * Takes up the whole batches past {@link #size}, checking each, up to the end of the file or the
   * first that is bad.
   *
   * @return what is bad; null if the file ends with a whole batch. Where there is only reserved
   *     space, that is bad too: see {@link #onlyZerosFollow}
   */
  public @Nullable Fault scan() {
    int fileSize = fileSize();
    if (size == fileSize) {
      return null;
    }
    var walk = new HeaderWalk(file, size, fileSize);
    for (RecordBatch batch = walk.next(true); batch != null; batch = walk.next(true)) {
      String fault = offsetFault(batch, walk.position(), nextOffset, fileSize);
      if (fault.isEmpty() && !batch.hasValidCrc() && !mended(batch, walk.position())) {
        fault = batch.crcFault();
      }
      if (!fault.isEmpty()) {
        return new Fault(walk.position(), fault);
      }
      index.add(batch, walk.position());
      nextOffset = batch.nextOffset();
      size = walk.position() + batch.sizeInBytes();
    }
    return walk.fault();
  }

  /**
   * Takes up all that the file holds past {@link #size}, around what is damaged.
   *
   * @param forcedEnd up to where the file was forced: what is bad or missing before it is damage
   * @param forcedOffset the offset there
   * @return what is bad past it, the tail that a crash tore; null if there is none
   */
  public @Nullable Fault examine(long forcedEnd, long forcedOffset) {
    Fault torn = scan();
    while (torn != null && torn.position() < forcedEnd) {
      skipDamage(torn, forcedEnd, forcedOffset);
      torn = scan();
    }
    if (torn == null && knownTo() < forcedEnd) {
      String reason = "the file ends here, but %d bytes had been forced to disk";
      skipDamage(new Fault(fileSize(), reason.formatted(forcedEnd)), forcedEnd, forcedOffset);
    }
    return torn == null || onlyZerosFollow() ? null : torn;
  }

  /**
   * Compares the index files with the batches, after {@link #examine}.
   *
   * @param offsetsExpected whether {@code .index} must be there
   * @param timesExpected whether {@code .timeindex} must be there
   */
  public List<IndexFault> indexFaults(boolean offsetsExpected, boolean timesExpected) {
    return IndexCheck.faults(storage, this, offsetsExpected, timesExpected);
  }

  /**
   * Whether nothing but zeros is past the last whole batch: space that was reserved, or nothing.
   */
  public boolean onlyZerosFollow() {
    return writtenTo() == size;
  }

  /** Where the last byte past the last whole batch ends that is not zero. */
  public int writtenTo() {
    byte[] chunk = new byte[CHUNK_BYTES];
    for (int end = fileSize(); end > size; ) {
      int start = Math.max(size, end - CHUNK_BYTES);
      end = start + file.read(start, chunk, 0, end - start); // its writer may just have cut it
      while (end > start && chunk[end - start - 1] == 0) {
        end--;
      }
      if (end > start) {
        return end;
      }
    }
    return size;
  }

  /**
   * What is wrong with a batch's offsets, or the empty string. The checksum does not cover the base
   * offset: one that skips some and then overlaps the batch after it is not the one written.
   *
   * @param expected the offset after the batch before it, or -1 if that is not known
   * @param end where the last batch ends at most
   */
  private String offsetFault(RecordBatch batch, int position, long expected, int end) {
    long base = batch.baseOffset();
    if (base < expected) {
      return "a batch with base offset %d follows the offset %d".formatted(base, expected - 1);
    }
    if (base < baseOffset || batch.lastOffset() > offsetMax()) {
      return "a batch with offsets %d to %d cannot be in this segment"
          .formatted(base, batch.lastOffset());
    }
    if (base > expected
        && expected >= 0
        && BatchSearch.overlapsNext(file, batch, position, end, expected)) {
      return "a batch with offsets %d to %d reaches into the one after it, and %d was expected"
          .formatted(base, batch.lastOffset(), expected);
    }
    return "";
  }

  private long offsetMax() {
    return baseOffset + Integer.MAX_VALUE;
  }

  /** A power cut may leave a marker half-way between commit and abort: see rewriteMarkerAsAbort. */
  private boolean mended(RecordBatch batch, int position) {
    if (readOnly || !batch.turnIntoAbort()) {
      return false;
    }
    file.write(position, batch.array(), batch.position(), batch.sizeInBytes());
    file.force();
    return true;
  }

  /**
   * Leaves out a part that cannot be read, and goes on after it: at the next thing that is a whole
   * batch, or if there is none at the end.
   *
   * @param forcedEnd up to where the file was forced: what is missing before it is damage too
   * @param forcedOffset the offset there
   */
  public Damage skipDamage(Fault fault, long forcedEnd, long forcedOffset) {
    int fileSize = fileSize();
    int found = BatchSearch.after(file, fault.position(), fileSize, nextOffset, offsetMax());
    long to = found < 0 ? Math.max(writtenTo(), forcedEnd) : found;
    long next = found < 0 ? Math.max(nextOffset, forcedOffset) : baseOffsetAt(found);
    var damage =
        new Damage(path, fault.position(), to, new OffsetRange(nextOffset, next), fault.reason());
    addDamage(damage);
    nextOffset = next;
    size = (int) Math.min(to, fileSize);
    return damage;
  }

  /**
   * Notes that a part of what was taken as given turned out to be damaged when it was read.
   *
   * @param expected the offset after the last batch before it, or -1 if that has to be found out
   */
  Damage noteDamage(Fault fault, long expected) {
    synchronized (damageLock) {
      Damage known = damageAt(fault.position());
      if (known != null) {
        return known;
      }
      long offset = expected < 0 ? offsetAt(fault.position()) : expected;
      long end = nextOffset;
      int found = BatchSearch.after(file, fault.position(), size, offset, end - 1);
      int to = found < 0 ? size : found;
      long next = found < 0 ? Math.max(offset, end) : baseOffsetAt(found);
      var damage =
          new Damage(path, fault.position(), to, new OffsetRange(offset, next), fault.reason());
      addDamage(damage);
      return damage;
    }
  }

  private void addDamage(Damage damage) {
    damages =
        Stream.concat(damages.stream(), Stream.of(damage))
            .sorted(Comparator.comparingLong(Damage::from))
            .toList();
  }

  private long baseOffsetAt(int position) {
    byte[] head = new byte[RecordBatch.HEADER_BYTES];
    readFully(position, head, 0, head.length);
    return new RecordBatch().at(head, 0).baseOffset();
  }

  /** Notes that somebody reads in it. */
  void used() {
    if (!used) {
      used = true;
    }
  }

  /**
   * Releases what the segment holds in memory and of the operating system, if nobody has read in it
   * for some time; nobody may append to it. A use since the last call counts as one now.
   */
  public void releaseUnused(Duration unusedFor, Instant now) {
    if (used) {
      used = false;
      lastUse = now;
      holds = true;
    }
    if (holds && !index.isDue() && Duration.between(lastUse, now).compareTo(unusedFor) >= 0) {
      index.forget(size, nextOffset, damages.isEmpty());
      checked.forgetBits();
      largeBatches.forget();
      file.release();
      holds = false;
    }
  }

  /** Deletes the files of a closed segment, the batches last. */
  public void delete() {
    index.delete();
    storage.delete(path);
  }

  /** Deletes the index files. They are made again in memory when they are needed. */
  public void deleteIndexes() {
    index.delete();
  }

  /**
   * What it holds that can be read. Goes over the headers of the batches that came since it was
   * last asked.
   */
  public SegmentStat stat() {
    writeOwedIndexes();
    synchronized (countLock) {
      int end = size;
      if (countedSize != end) { // else nothing has to be loaded
        forEachBatch(countedTo, this::count);
        countedSize = end;
      }
      return new SegmentStat(
          baseOffset, nextOffset, recordCount, size + index.sizeOnDisk(), countedTimestampMax);
    }
  }

  private void count(RecordBatch batch) {
    if (!batch.isControl()) {
      recordCount += batch.count();
      countedTimestampMax = Math.max(countedTimestampMax, batch.maxTimestamp());
    }
    countedTo = batch.nextOffset();
  }

  /** The size of the segment's files, in bytes. */
  public long sizeOnDisk() {
    writeOwedIndexes();
    return file.size() + index.sizeOnDisk();
  }

  /**
   * Cuts off what is past the last whole batch, if there is anything. Readers never touch it, so
   * they may go on meanwhile.
   */
  public void cutTail() {
    reservedTo = 0;
    if (file.size() > size) {
      file.truncate(size);
    }
  }

  /**
   * A part of a batch that stays is written over by the next append; a full disk can use the space.
   */
  private void cutTailIfPossible(LogException cause) {
    try {
      cutTail();
    } catch (LogException e) {
      cause.addSuppressed(e);
    }
  }

  // ---- reading

  /**
   * Copies whole batches from the one that holds the offset, or the first after it, up to a number
   * of bytes but at least one batch. Nothing is copied if that batch is not below the end offset.
   */
  public void read(long offset, long endOffset, int bytesMax, BatchBuffer into) {
    used();
    int position = into.positionOf(this, offset);
    long expected = offset;
    int wanted = Math.max(bytesMax, 512);
    if (position < 0) {
      var reader = new SegmentReader();
      reader.seek(this, offset);
      position = reader.position();
      expected = reader.nextOffset();
      wanted = Math.max(bytesMax, CHUNK_BYTES);
    }
    Damage known = damageAt(position);
    if (known != null) {
      throw damaged(known);
    }
    int end = readableEnd(position);
    if (position == end) {
      into.filledWithNothing(offset);
      return;
    }
    RecordBatch batch = into.header();
    int length = Math.min(end - position, wanted);
    byte[] bytes = into.room(length);
    readFully(position, bytes, 0, length);
    String fault = headerFault(batch.at(bytes, 0), length, end - position);
    if (fault.isEmpty() && batch.nextOffset() > endOffset && batch.nextOffset() <= nextOffset) {
      into.filledWithNothing(offset);
      return;
    }
    if (fault.isEmpty() && batch.sizeInBytes() > length) {
      length = batch.sizeInBytes();
      bytes = into.room(length);
      readFully(position, bytes, 0, length);
      batch.at(bytes, 0);
    }
    if (fault.isEmpty()) {
      fault = firstReadFault(batch, position, expected, end);
    }
    if (!fault.isEmpty()) {
      throw damaged(noteDamage(new Fault(position, fault), expected));
    }
    long next = batch.nextOffset();
    int to = batch.sizeInBytes();
    int limit = Math.min(length, bytesMax);
    while (limit - to >= RecordBatch.HEADER_BYTES) {
      batch.at(bytes, to);
      if (!batch.mayBeHeader()
          || batch.sizeInBytes() > limit - to
          || batch.nextOffset() > endOffset
          || !firstReadFault(batch, position + to, next, end).isEmpty()) {
        break;
      }
      next = batch.nextOffset();
      to += batch.sizeInBytes();
    }
    into.filled(this, path, baseOffset, position, 0, to, next);
  }

  /** What is wrong with a header, of which some bytes are there; empty if nothing is. */
  static String headerFault(RecordBatch batch, int length, int left) {
    if (length < RecordBatch.HEADER_BYTES) {
      return "%d bytes are left, a batch has at least %d".formatted(left, RecordBatch.HEADER_BYTES);
    }
    String fault = batch.headerFault();
    return fault.isEmpty() && batch.sizeInBytes() > left
        ? "a batch of %d bytes begins, %d bytes are left".formatted(batch.sizeInBytes(), left)
        : fault;
  }

  /**
   * What is wrong with a batch, whole in an array, that nobody has read since the segment was
   * opened; the empty string if nothing is, or if somebody has.
   *
   * @param expected the offset after the batch before it, or -1 if that is not known
   * @param end where the last batch ends at most
   */
  String firstReadFault(RecordBatch batch, int position, long expected, int end) {
    if (checked.contains(position)) {
      return "";
    }
    String fault =
        batch.hasValidCrc() ? offsetFault(batch, position, expected, end) : batch.crcFault();
    if (fault.isEmpty() && batch.nextOffset() > nextOffset) {
      fault =
          "a batch with last offset %d is before the offset %d"
              .formatted(batch.lastOffset(), nextOffset);
    }
    if (fault.isEmpty()) {
      checked.add(position, batch.sizeInBytes());
    }
    return fault;
  }

  CorruptLogException damaged(Damage damage) {
    return new CorruptLogException(
        path,
        damage.from(),
        "offsets %s are damaged: %s; read on from offset %d"
            .formatted(damage.offsets(), damage.reason(), damage.offsets().to()),
        damage.offsets().to());
  }

  /** Copies bytes of a batch whose place the caller remembers. */
  public void readAt(int position, byte[] target, int offset, int length) {
    used();
    if (position < 0 || length < 0 || length > size - position) {
      throw new LogException(
          "%s: bytes %d to %d were asked for, it has %d; what remembers that place is newer than the file"
              .formatted(path, position, (long) position + length, size));
    }
    readFully(position, target, offset, length);
  }

  /**
   * Shows all batches from the one that holds the offset on, if it is in this segment. What is
   * damaged is left out, and noted if that was not known.
   */
  public void forEachBatch(long fromOffset, BatchVisitor visitor) {
    used();
    long from = fromOffset;
    for (Damage damage = damageOf(from); damage != null; damage = damageOf(from)) {
      from = damage.offsets().to();
    }
    int start = startOf(from);
    while (start < size) {
      long expected = -1;
      int end = readableEnd(start);
      var walk = new HeaderWalk(file, start, end);
      for (RecordBatch batch = walk.next(false); batch != null; batch = walk.next(false)) {
        if (batch.lastOffset() >= fromOffset) {
          visitor.visit(batch);
        }
        expected = batch.nextOffset();
      }
      Fault fault = walk.fault();
      if (fault == null) {
        start = endOfDamageAt(end);
      } else if (walk.isTooShort()) {
        throw new CorruptLogException(path, fault.position(), fault.reason());
      } else {
        start = (int) Math.min(noteDamage(fault, expected).to(), size);
      }
    }
  }

  /** Puts a reader at every whole batch that was found, one after the other. */
  public void forEachWholeBatch(RecordReader reader, Consumer<RecordReader> visitor) {
    for (int start = 0, end; start < size; start = endOfDamageAt(end)) {
      end = readableEnd(start);
      var walk = new HeaderWalk(file, start, end);
      for (RecordBatch batch = walk.next(true); batch != null; batch = walk.next(true)) {
        int from = batch.position();
        reader.reset(batch.array(), from, from + batch.sizeInBytes(), path, walk.position());
        if (reader.nextBatch()) {
          visitor.accept(reader);
        }
      }
    }
  }

  /** The highest timestamp of a record, or -1 if there are none. */
  public long maxTimestamp() {
    used();
    return index.maxTimestamp();
  }

  /**
   * The offset of the first record with at least that timestamp; -1 if there is none. Damaged parts
   * are left out.
   */
  public long offsetForTime(long timestampMs) {
    used();
    if (index.maxTimestamp() < timestampMs) {
      return -1;
    }
    var reader = new SegmentReader();
    reader.seek(this, startForTime(timestampMs, reader));
    var records = new RecordReader();
    while (true) {
      try {
        if (!reader.next()) {
          return -1;
        }
        if (reader.batch().maxTimestamp() < timestampMs) {
          continue;
        }
        reader.showRecords(records);
        while (records.nextRecord()) {
          if (records.timestampMs() >= timestampMs) {
            return records.offset();
          }
        }
      } catch (CorruptLogException e) {
        if (e.offsetAfter().isEmpty()) {
          throw e;
        } // else the reader goes on after it
      }
    }
  }

  /** An offset at or before the first record of at least that timestamp. */
  private long startForTime(long timestampMs, SegmentReader reader) {
    var entry = new IndexEntry();
    long start = index.findTime(timestampMs, entry);
    if (entry.source != null && entry.key >= 0 && !leadsToTime(entry, reader)) {
      index.mend(entry);
      start = index.findTime(timestampMs, entry);
    }
    return start;
  }

  private boolean leadsToTime(IndexEntry entry, SegmentReader reader) {
    long offset = baseOffset + entry.value;
    try {
      reader.seek(this, offset);
      return reader.next()
          && reader.batch().baseOffset() <= offset
          && reader.batch().maxTimestamp() == entry.key;
    } catch (CorruptLogException e) {
      return false;
    }
  }

  /**
   * Makes a commit marker an abort, in place.
   *
   * @throws IllegalArgumentException if there is no marker at that offset
   */
  public void rewriteMarkerAsAbort(long offset) {
    var walk = new HeaderWalk(file, startOf(offset), size);
    RecordBatch batch = walk.next(false);
    while (batch != null && batch.lastOffset() < offset) {
      batch = walk.next(false);
    }
    if (batch == null || batch.baseOffset() != offset || !batch.turnIntoAbort()) {
      throw new IllegalArgumentException(
          "%s has no end of a transaction at offset %d".formatted(path, offset));
    }
    file.write(walk.position(), batch.array(), batch.position(), batch.sizeInBytes());
    file.force();
  }

  /**
   * Where the batch at an offset starts; the search goes on from there if it is a little further.
   */
  public int positionOf(long offset) {
    used();
    var walk = new HeaderWalk(file, startOf(offset), size);
    RecordBatch batch = walk.next(false);
    while (batch != null && batch.lastOffset() < offset) {
      batch = walk.next(false);
    }
    return batch == null ? size : walk.position();
  }

  /** A place at or before the batch that holds the offset, from which batches can be read. */
  int startOf(long offset) {
    var entry = new IndexEntry();
    index.find(offset, entry);
    if (entry.source != null && entry.key >= 0 && !leadsToBatch(entry)) {
      index.mend(entry);
      index.find(offset, entry);
    }
    int start = entry.value;
    for (Damage damage : damages) {
      if (offset >= damage.offsets().to() && start < damage.to()) {
        start = (int) Math.min(damage.to(), size);
      } else if (damage.offsets().contains(offset)) {
        throw damaged(damage);
      }
    }
    return start;
  }

  /** The offset after the last batch before a position, as far as the headers tell. */
  private long offsetAt(int position) {
    var entry = new IndexEntry();
    index.find(baseOffsetAt(position) - 1, entry);
    long offset = baseOffset;
    var walk = new HeaderWalk(file, entry.value < position ? entry.value : 0, position);
    for (RecordBatch batch = walk.next(false); batch != null; batch = walk.next(false)) {
      offset = batch.nextOffset();
    }
    return offset;
  }

  private boolean leadsToBatch(IndexEntry entry) {
    byte[] head = new byte[RecordBatch.HEADER_BYTES];
    if (file.read(entry.value, head, 0, head.length) < head.length) {
      return false;
    }
    RecordBatch batch = new RecordBatch().at(head, 0);
    return batch.mayBeHeader() && batch.lastOffset() == baseOffset + entry.key;
  }

  /** Where records are in batches whose checksum was checked. */
  LargeBatches largeBatches() {
    return largeBatches;
  }

  /** The damage that a position is in; null if it is in none that is known. */
  @Nullable Damage damageAt(int position) {
    List<Damage> parts = damages;
    if (parts.isEmpty()) {
      return null;
    }
    for (Damage damage : parts) {
      if (damage.from() <= position && position < damage.to()) {
        return damage;
      }
    }
    return null;
  }

  /** The damage that an offset is lost by; null if it is by none that is known. */
  @Nullable Damage damageOf(long offset) {
    for (Damage damage : damages) {
      if (damage.offsets().contains(offset)) {
        return damage;
      }
    }
    return null;
  }

  /** Up to where batches follow each other from a position: the next damage, or the end. */
  int readableEnd(int position) {
    int end = size;
    for (Damage damage : damages) {
      if (damage.from() >= position && damage.from() < end) {
        end = (int) damage.from();
      }
    }
    return end;
  }

  int endOfDamageAt(int position) {
    for (Damage damage : damages) {
      if (damage.from() == position) {
        return (int) Math.min(damage.to(), size);
      }
    }
    return size;
  }

  private void readFully(int position, byte[] target, int offset, int length) {
    int read = file.read(position, target, offset, length);
    if (read < length) {
      throw new CorruptLogException(
          path,
          position + read,
          "the file ends here, %d more bytes were expected".formatted(length - read));
    }
  }

  SegmentIndex index() {
    return index;
  }

  @Override
  public void close() {
    try {
      index.close();
    } finally {
      file.close();
    }
  }
}
