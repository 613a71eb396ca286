package io.headwater.log;

import io.headwater.log.key.KeyIndex;
import io.headwater.log.record.RecordReader;
import io.headwater.log.segment.Damage;
import io.headwater.log.segment.Fault;
import io.headwater.log.segment.ForcedMark;
import io.headwater.log.segment.IndexFault;
import io.headwater.log.segment.Segment;
import io.headwater.log.storage.CorruptLogException;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tools for a log's folder that is not open, or is open elsewhere: they tell what is in it, whether
 * it is sound, and mend and copy it. Safe for many threads.
 *
 * <p>{@link #check}, {@link #stat}, {@link #dump} and {@link #backup} change nothing in the folder
 * and may be used beside a writer; {@link #recover} and {@link #reindex} take the writer's lock.
 */
public final class LogFolder {
  private static final int ATTEMPTS_MAX = 100;

  private final Storage storage;
  private final Path folder;
  private final LogOptions options;

  private LogFolder(Storage storage, Path folder, LogOptions options) {
    this.storage = storage;
    this.folder = folder;
    this.options = options;
  }

  /** A folder of this machine's disk. */
  public static LogFolder of(Path folder) {
    return of(Storage.disk(), folder, LogOptions.DEFAULT);
  }

  /**
   * A folder.
   *
   * @param options of which only those count that say how indexes are made
   */
  public static LogFolder of(Storage storage, Path folder, LogOptions options) {
    return new LogFolder(storage, folder, options);
  }

  // ---- checking

  /**
   * Looks at every batch of the log, at every entry of its indexes and at the checksums of its key
   * index, if there is one, and tells what is wrong, in the order of offsets, the key index last.
   * Finds nothing where there is no log. Beside a writer a batch that is just being written may
   * seem torn, and what is just being deleted missing.
   */
  public List<Finding> check() {
    return check(false);
  }

  /**
   * As {@link #check}, but only of the newest segment, which is where a crash leaves its traces.
   */
  public List<Finding> checkNewest() {
    return check(true);
  }

  private List<Finding> check(boolean newestOnly) {
    return look(() -> findings(newestOnly));
  }

  /** Looks again where a file that was looked at was deleted, or written anew, by a writer. */
  private static <T> T look(Supplier<T> at) {
    for (int attempt = 1; ; attempt++) {
      try {
        return at.get();
      } catch (LogException e) {
        if (attempt == ATTEMPTS_MAX || !BatchLog.isMissingFile(e)) {
          throw e;
        }
      }
    }
  }

  private List<Finding> findings(boolean newestOnly) {
    var findings = new ArrayList<Finding>();
    // Before the files are looked at: beside a writer both move on, and the mark must not be ahead.
    ForcedMark.Place mark = ForcedMark.read(storage, folder).orElse(null);
    List<Long> bases = segmentBases();
    boolean times = options.timeIndex() && hasTimeIndexes();
    if (mark != null && mark.nextOffset() > 0 && !bases.contains(mark.segmentBase())) {
      findings.add(missing(mark));
    }
    long next = -1;
    for (int i = newestOnly ? Math.max(0, bases.size() - 1) : 0; i < bases.size(); i++) {
      boolean newest = i == bases.size() - 1;
      long base = bases.get(i);
      try (Segment segment = open(base)) {
        boolean known = isKnown(mark, bases, i);
        boolean follows = next < 0 || base == next || known || holds(mark, base);
        Fault torn = examine(segment, mark, bases, i);
        for (Damage damage : segment.damages()) {
          findings.add(Finding.damaged(damage));
        }
        if (!follows) {
          String reason =
              "the segment begins with offset %d, %d was expected".formatted(base, next);
          torn = new Fault(0, reason);
        }
        if (torn != null) {
          findings.add(torn(segment, torn));
        }
        boolean indexed = known && !newest; // of one after the mark, its writer may owe the index
        for (IndexFault fault : segment.indexFaults(indexed, indexed && times)) {
          findings.add(index(segment, fault));
        }
        next = known && !newest ? bases.get(i + 1) : segment.nextOffset();
      }
    }
    if (!newestOnly) {
      keyIndexFiles().forEach(file -> checkKeys(file, findings));
    }
    return findings;
  }

  private void checkKeys(Path file, List<Finding> findings) {
    String fault = KeyIndex.fault(storage, file);
    if (!fault.isEmpty()) {
      findings.add(
          new Finding(Finding.Kind.INDEX, file, 0, sizeOf(file), new OffsetRange(0, 0), fault));
    }
  }

  private List<Path> keyIndexFiles() {
    return storage.list(folder).stream().filter(KeyIndex::isFile).toList();
  }

  private long sizeOf(Path path) {
    try (StorageFile file = storage.openReadOnly(path)) {
      return file.size();
    }
  }

  /** Whether all of a segment had been forced, and its last records may have been deleted. */
  private static boolean isKnown(ForcedMark.@Nullable Place mark, List<Long> bases, int index) {
    return mark == null ? index < bases.size() - 1 : bases.get(index) < mark.segmentBase();
  }

  private static @Nullable Fault examine(
      Segment segment, ForcedMark.@Nullable Place mark, List<Long> bases, int index) {
    if (isKnown(mark, bases, index)) {
      boolean newest = index == bases.size() - 1;
      return segment.examine(segment.fileSize(), newest ? 0 : bases.get(index + 1));
    }
    return mark != null && holds(mark, segment.baseOffset())
        ? segment.examine(mark.position(), mark.nextOffset())
        : segment.examine(0, 0);
  }

  private static boolean holds(ForcedMark.@Nullable Place mark, long base) {
    return mark != null && mark.segmentBase() == base;
  }

  private Finding missing(ForcedMark.Place mark) {
    return new Finding(
        Finding.Kind.DAMAGED,
        Segment.path(folder, mark.segmentBase()),
        0,
        mark.position(),
        new OffsetRange(mark.segmentBase(), mark.nextOffset()),
        "the file is missing, %d bytes of it had been forced to disk".formatted(mark.position()));
  }

  private static Finding torn(Segment segment, Fault fault) {
    return new Finding(
        Finding.Kind.TORN,
        segment.path(),
        fault.position(),
        Math.max(fault.position(), segment.fileSize()),
        new OffsetRange(segment.nextOffset(), segment.nextOffset()),
        fault.reason());
  }

  private static Finding index(Segment segment, IndexFault fault) {
    return new Finding(
        Finding.Kind.INDEX,
        fault.file(),
        fault.from(),
        fault.to(),
        new OffsetRange(segment.baseOffset(), segment.baseOffset()),
        fault.reason());
  }

  private Segment open(long base) {
    return Segment.open(
        storage, folder, base, options.indexIntervalBytes(), options.timeIndex(), true);
  }

  private List<Long> segmentBases() {
    return storage.list(folder).stream()
        .map(Segment::baseOffset)
        .filter(base -> base >= 0)
        .toList();
  }

  private boolean hasTimeIndexes() {
    return storage.list(folder).stream().anyMatch(file -> file.toString().endsWith(".timeindex"));
  }

  // ---- mending

  /**
   * Mends what can be mended: cuts off a torn tail, so that the longest good prefix of it stays; if
   * records that had been forced are damaged, starts a new segment after them, so that the log
   * takes appends again; makes wrong and missing indexes again. Damaged records stay as they are:
   * they cannot be read, all others can. Does nothing at all to a log that is sound.
   *
   * @return what was wrong, as {@link #check} tells it
   * @throws io.headwater.log.storage.FolderInUseException if the log is open for writing
   * @throws CorruptLogException if a file is missing that had been forced
   */
  public List<Finding> recover() {
    List<Finding> found = check();
    if (found.isEmpty()) {
      return found;
    }
    LogOptions recovering =
        options.toBuilder().readOnly(false).createFolders(false).recoverOnOpen(true).build();
    try (BatchLog log = BatchLog.open(storage, folder, recovering)) {
      List<Long> left = log.segmentBases();
      found.stream()
          .filter(finding -> finding.kind() == Finding.Kind.INDEX)
          .filter(finding -> !KeyIndex.isFile(finding.file()))
          .map(finding -> finding.offsets().from())
          .distinct()
          .filter(left::contains)
          .forEach(log::reindex);
      if (found.stream().anyMatch(finding -> KeyIndex.isFile(finding.file()))) {
        reindexKeys(log, recovering);
      }
    }
    return found;
  }

  /**
   * Makes all index files again from the batches; a key index where there is one, or the options
   * ask for it.
   */
  public void reindex() {
    LogOptions writing = options.toBuilder().readOnly(false).createFolders(false).build();
    try (BatchLog log = BatchLog.open(storage, folder, writing)) {
      log.segmentBases().forEach(log::reindex);
      if (options.keyIndex() || !keyIndexFiles().isEmpty()) {
        reindexKeys(log, writing);
      }
    }
  }

  private void reindexKeys(BatchLog log, LogOptions writing) {
    KeyIndex.delete(storage, folder);
    MessagesByKey.open(storage, log, writing, offset -> null).close();
  }

  // ---- looking

  /**
   * How large the log is, as {@link Log#stat} tells it of a log that is open with its indexes; all
   * 0 where there is none. Counts the records of users, by the headers of their batches, as far as
   * they can be read. Space that a writer has reserved does not count.
   */
  public LogStat stat() {
    return look(this::statOnce);
  }

  private LogStat statOnce() {
    if (segmentBases().isEmpty()) {
      return new LogStat(0, 0, 0);
    }
    List<SegmentStat> segments;
    try (BatchLog view = view()) {
      segments = view.segmentStats();
    }
    long messages = segments.stream().mapToLong(SegmentStat::messages).sum();
    long bytes = segments.stream().mapToLong(SegmentStat::bytes).sum();
    long keyBytes = keyIndexFiles().stream().mapToLong(this::sizeOf).sum();
    return new LogStat(segments.size(), messages, bytes + keyBytes);
  }

  /**
   * Shows every batch with its records, in order; around what is damaged, and up to what is torn.
   *
   * @param batches is given a reader that is at a batch, before its first record
   * @param damages is told what is damaged in a segment, before its batches
   */
  public void dump(Consumer<RecordReader> batches, Consumer<Finding> damages) {
    var dump = new Dump(batches, damages);
    look(
        () -> {
          dump.goOn();
          return dump;
        });
  }

  /** Shows each batch once, though it be looked at again. */
  private final class Dump {
    private final Consumer<RecordReader> batches;
    private final Consumer<Finding> damages;
    private final RecordReader reader = new RecordReader();
    private final Set<OffsetRange> told = new HashSet<>();
    private long next;

    Dump(Consumer<RecordReader> batches, Consumer<Finding> damages) {
      this.batches = batches;
      this.damages = damages;
    }

    void goOn() {
      ForcedMark.Place mark = ForcedMark.read(storage, folder).orElse(null);
      List<Long> bases = segmentBases();
      for (int i = 0; i < bases.size(); i++) {
        if (i < bases.size() - 1 && bases.get(i + 1) <= next) {
          continue;
        }
        try (Segment segment = open(bases.get(i))) {
          examine(segment, mark, bases, i);
          for (Damage damage : segment.damages()) {
            if (told.add(damage.offsets())) {
              damages.accept(Finding.damaged(damage));
            }
          }
          segment.forEachWholeBatch(reader, this::show);
        }
      }
    }

    private void show(RecordReader batch) {
      if (batch.batch().baseOffset() >= next) {
        next = batch.batch().nextOffset();
        batches.accept(batch);
      }
    }
  }

  private BatchLog view() {
    return BatchLog.open(storage, folder, options.toBuilder().readOnly(true).build());
  }

  // ---- copying

  /**
   * Makes another folder a copy of the log, from which it can be opened: as {@link
   * BatchLog#backup}, of a log that need not be open, or is open in any process. What a writer has
   * not finished is left out. Does nothing where there is no log.
   *
   * @throws LogException if the target is in use, or holds something that is no backup of this log,
   *     or if the log is deleted from faster than it can be copied
   */
  public void backup(Path target) {
    if (segmentBases().isEmpty()) {
      return;
    }
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      try (BatchLog view = view()) {
        if (view.backedUp(target)) {
          return;
        }
      } catch (LogException e) {
        if (!BatchLog.isMissingFile(e)) {
          throw e;
        }
        // It was deleted while it was looked at.
      }
    }
    throw new LogException(
        "%s is deleted from faster than it can be copied: try again later".formatted(folder));
  }
}
