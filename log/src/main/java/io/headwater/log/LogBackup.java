package io.headwater.log;

import io.headwater.log.segment.ForcedMark;
import io.headwater.log.segment.Segment;
import io.headwater.log.storage.DirectoryLock;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Copies a log to another folder, where it can be opened like any other.
 *
 * <p>A file appears in the copy under its name only when it is whole and forced. A segment that no
 * longer grows is copied once, and again if it was written anew; the newest one each time, up to
 * the end that it had at the start, so that the copy is the log as it was then. Where another
 * process ended that one meanwhile, all of it is copied, and the copy is the log as it was at its
 * end. Then what the log no longer has is deleted, and last the copy's mark says up to where it is
 * forced, so that it opens without a look at its batches.
 *
 * <p>A copy has a {@link BackupManifest}, written before anything else, so that a backup that was
 * interrupted is known for one, and a folder that is none is left alone.
 */
final class LogBackup {
  /** The end of the name of a file that is being copied. */
  static final String COPYING = ".copying";

  private static final int CHUNK_BYTES = 256 << 10;

  /**
   * A log at one moment.
   *
   * @param bases the base offsets of its segments
   * @param newestBytes where the newest one ends
   * @param nextOffset the offset after its last record
   * @param forced what the copy's mark is to say
   */
  record Extent(List<Long> bases, int newestBytes, long nextOffset, ForcedMark.Place forced) {
    private static final int ENDED = -1;

    long newest() {
      return bases.get(bases.size() - 1);
    }

    /** Whether its newest segment had ended: then all of that belongs to it, as it is found. */
    boolean ended() {
      return newestBytes == ENDED;
    }

    /** Up to where a segment ended that was the newest. */
    Extent upToEnd(long offset) {
      return new Extent(bases, ENDED, offset, forced);
    }
  }

  private final Storage storage;
  private final Path source;
  private final Path target;
  private final boolean alone;
  private final Runnable alive;

  /**
   * @param alone whether nothing is deleted from the log meanwhile
   * @param alive is called now and then; throws if the backup is to end
   */
  LogBackup(Storage storage, Path source, Path target, boolean alone, Runnable alive) {
    this.storage = storage;
    this.alone = alone;
    this.source = source.toAbsolutePath().normalize();
    this.target = target.toAbsolutePath().normalize();
    this.alive = alive;
    if (this.target.equals(this.source)) {
      throw new IllegalArgumentException(source + " cannot be backed up to itself");
    }
  }

  /**
   * Makes the target a copy of the log.
   *
   * @return whether it is one; if a segment was deleted or written anew before it was copied, the
   *     copy has to be completed by another run, for what the log is then
   * @throws LogException if the target holds something that is no backup of the log
   */
  boolean run(Extent extent) {
    storage.createDirectories(target);
    DirectoryLock lock = storage.lock(target);
    try {
      return copy(extent) || copyEnded(extent);
    } finally {
      lock.close();
    }
  }

  /** A segment that has ended while it was copied may have been written anew: that can be told. */
  private boolean copyEnded(Extent extent) {
    boolean sound = extent.forced().nextOffset() == extent.nextOffset();
    OptionalLong end = alone || !sound ? OptionalLong.empty() : segmentAfter(extent);
    return end.isPresent() && copy(extent.upToEnd(end.getAsLong()));
  }

  private boolean copy(Extent extent) {
    BackupManifest before = manifest(extent);
    Map<String, BackupManifest.Copied> wanted = wanted(extent);
    while (!alone && !sealed(extent, wanted).equals(sealed(extent, wanted(extent)))) {
      wanted = wanted(extent); // so that all are of one moment
    }
    var planned = new TreeSet<>(before.planned());
    wanted.forEach((name, file) -> planned.add(file.bytes() + " " + name));
    new BackupManifest(extent.nextOffset(), before.source(), before.files(), planned)
        .save(storage, target);
    var files = new TreeMap<>(before.files());
    boolean all = copyAll(extent, wanted, files);
    if (all) {
      deleteOthers(wanted.keySet());
      files.keySet().retainAll(wanted.keySet());
      planned.clear();
    }
    storage.forceDirectory(target);
    if (all) {
      ForcedMark.Place forced = extent.ended() ? end(extent, wanted) : extent.forced();
      try (ForcedMark mark = ForcedMark.open(storage, target, forced)) {
        mark.saveForGood(forced);
      }
    }
    new BackupManifest(extent.nextOffset(), before.source(), files, planned).save(storage, target);
    return all;
  }

  private ForcedMark.Place end(Extent extent, Map<String, BackupManifest.Copied> wanted) {
    String newest = name(Segment.path(source, extent.newest()));
    long bytes = Objects.requireNonNull(wanted.get(newest)).bytes();
    return new ForcedMark.Place(extent.newest(), bytes, extent.nextOffset());
  }

  /** What the target is found to be: a backup of this log, or nothing yet. */
  private BackupManifest manifest(Extent extent) {
    BackupManifest found = BackupManifest.read(storage, target).orElse(null);
    if (found == null) {
      for (Path file : storage.list(target)) {
        if (!name(file).equals(".lock") && !name(file).equals(BackupManifest.NAME + COPYING)) {
          throw refused("it holds %s, which is no backup".formatted(name(file)));
        }
      }
      return new BackupManifest(0, source.toString(), Map.of(), Set.of());
    }
    if (!found.source().equals(source.toString())) {
      throw refused("it holds a backup of " + found.source());
    }
    if (found.nextOffset() > extent.nextOffset()) {
      throw refused(
          "it holds a backup up to offset %d, but the log ends at %d: it lost what the backup has, or is another log"
              .formatted(found.nextOffset(), extent.nextOffset()));
    }
    for (Path file : storage.list(target)) {
      if (Segment.baseOffset(file) >= 0 && !found.knows(name(file), sizeOf(file))) {
        throw refused("%s was changed since it was copied".formatted(name(file)));
      }
    }
    return found;
  }

  private LogException refused(String reason) {
    return new LogException(
        "%s is not backed up to %s: %s; choose another folder".formatted(source, target, reason));
  }

  /** The files that the copy is to have, as they are now. */
  private Map<String, BackupManifest.Copied> wanted(Extent extent) {
    var bases = Set.copyOf(extent.bases());
    var wanted = new TreeMap<String, BackupManifest.Copied>();
    for (Path file : storage.list(source)) {
      if (bases.contains(Segment.numberOf(file)) && storage.exists(file)) {
        String stamp = storage.stamp(file); // before the size: it is for what was there by then
        boolean grows = grows(extent, name(file));
        long bytes = grows ? extent.newestBytes() : sizeOf(file);
        wanted.put(name(file), new BackupManifest.Copied(bytes, stamp));
      }
    }
    return wanted;
  }

  private boolean grows(Extent extent, String name) {
    return !extent.ended() && name.equals(name(Segment.path(source, extent.newest())));
  }

  /** Of the files that are wanted, the batches of the segments that no longer grow. */
  private Map<String, BackupManifest.Copied> sealed(
      Extent extent, Map<String, BackupManifest.Copied> wanted) {
    var sealed = new TreeMap<>(wanted);
    sealed.keySet().removeIf(name -> !name.endsWith(".log") || grows(extent, name));
    return sealed;
  }

  /** Copies what is not there, and notes it; returns false if a segment is no longer as wanted. */
  private boolean copyAll(
      Extent extent,
      Map<String, BackupManifest.Copied> wanted,
      Map<String, BackupManifest.Copied> files) {
    int sealed = extent.bases().size() - (extent.ended() ? 0 : 1);
    if (sealed(extent, wanted).size() < sealed) {
      return false;
    }
    if (!extent.ended()) {
      String newest = name(Segment.path(source, extent.newest()));
      BackupManifest.Copied end = wanted.get(newest);
      if (end == null || !copied(newest, end) || (!alone && segmentAfter(extent).isPresent())) {
        return false; // once it has ended it may have been written anew
      }
      files.put(newest, end);
    }
    for (Map.Entry<String, BackupManifest.Copied> each : wanted.entrySet()) {
      String name = each.getKey();
      if (grows(extent, name) || isThere(name, each.getValue(), files)) {
        continue;
      }
      if (!copied(name, each.getValue()) || !isStill(name, each.getValue())) {
        return false;
      }
      files.put(name, each.getValue());
    }
    return true;
  }

  private boolean isThere(
      String name, BackupManifest.Copied wanted, Map<String, BackupManifest.Copied> files) {
    Path copy = target.resolve(name);
    return wanted.equals(files.get(name)) && storage.exists(copy) && sizeOf(copy) == wanted.bytes();
  }

  private boolean isStill(String name, BackupManifest.Copied wanted) {
    Path file = source.resolve(name);
    return alone
        || !name.endsWith(".log")
        || (storage.exists(file) && storage.stamp(file).equals(wanted.stamp()));
  }

  /** The base offset of the segment after the newest one; empty if there is none yet. */
  private OptionalLong segmentAfter(Extent extent) {
    return storage.list(source).stream()
        .mapToLong(Segment::baseOffset)
        .filter(base -> base > extent.newest())
        .min();
  }

  /** Copies a file; returns false if it was deleted or written anew just now. */
  private boolean copied(String name, BackupManifest.Copied wanted) {
    Path file = source.resolve(name);
    try {
      return copy(file, target.resolve(name), wanted.bytes());
    } catch (LogException e) {
      if (!BatchLog.isMissingFile(e)) {
        throw e;
      }
      return false;
    }
  }

  private boolean copy(Path file, Path copy, long bytes) {
    Path growing = copy.resolveSibling(name(copy) + COPYING);
    try (StorageFile from = storage.openReadOnly(file);
        StorageFile to = storage.create(growing)) {
      byte[] chunk = new byte[(int) Math.min(bytes, CHUNK_BYTES)];
      for (long at = 0; at < bytes; ) {
        alive.run();
        int length = from.read(at, chunk, 0, (int) Math.min(chunk.length, bytes - at));
        if (length == 0) {
          return false; // it was written anew
        }
        to.write(at, chunk, 0, length);
        at += length;
      }
      to.force();
    }
    storage.move(growing, copy);
    return true;
  }

  private void deleteOthers(Set<String> wanted) {
    for (Path copy : storage.list(target)) {
      boolean copied = Segment.numberOf(copy) >= 0 || name(copy).endsWith(COPYING);
      if (copied && !wanted.contains(name(copy))) {
        storage.delete(copy);
      }
    }
  }

  private long sizeOf(Path path) {
    try (StorageFile file = storage.openReadOnly(path)) {
      return file.size();
    }
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}
