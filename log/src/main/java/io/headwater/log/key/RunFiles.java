package io.headwater.log.key;

import io.headwater.log.OffsetRange;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The runs that are found in a folder when its index is opened. */
final class RunFiles {
  private static final Logger LOG = LoggerFactory.getLogger(RunFiles.class);

  private final Storage storage;
  private final Path folder;
  private final OffsetRange log;
  private final boolean writable;
  private long sequence;

  /**
   * @param log the records of the log
   * @param writable whether what does not hold is deleted
   */
  RunFiles(Storage storage, Path folder, OffsetRange log, boolean writable) {
    this.storage = storage;
    this.folder = folder;
    this.log = log;
    this.writable = writable;
  }

  /** The highest number of a run that was found, 0 if there is none. */
  long sequence() {
    return sequence;
  }

  /**
   * Opens the runs; what they do not cover is missing. Those that cover nothing are deleted, and
   * those that reach past the end of the log cut: durably, before new records get the offsets that
   * the log lost.
   */
  Parts open(int recentEntries) {
    var none = new OffsetRange[0];
    OffsetRange[] missing = log.from() < log.to() ? new OffsetRange[] {log} : none;
    RecentKeys[] recent = {new RecentKeys(log.to(), recentEntries)};
    var parts = new Parts(log.from(), missing, new Slice[0], recent);
    var opened = new ArrayList<Run>();
    boolean done = false;
    try {
      for (Path file : files()) {
        Run run = open(file);
        if (run == null) {
          delete(file);
        } else {
          opened.add(run);
          parts = parts.with(run);
        }
      }
      for (Run run : opened) {
        if (!parts.has(run)) {
          run.close();
          delete(run.path());
        }
      }
      if (writable) {
        storage.forceDirectory(folder); // also for what was deleted by who was killed before this
      }
      done = true;
      return parts;
    } finally {
      if (!done) {
        opened.forEach(Run::close);
      }
    }
  }

  /** The files of runs, the oldest first. */
  private List<Path> files() {
    var files = new ArrayList<Path>();
    for (Path file : storage.list(folder)) {
      if (KeyIndex.isFile(file)) {
        files.add(file);
        sequence = Math.max(sequence, RunHeader.sequence(file));
      }
    }
    files.sort(Comparator.comparingLong(RunHeader::sequence));
    return files;
  }

  /** Opens a run that ends where the log does, or before; null if the file counts as none. */
  private @Nullable Run open(Path file) {
    Run run = null;
    try {
      run = Run.open(storage, file, log.to());
      if (run != null && writable && run.isCut()) {
        run.noteLimit();
      }
      return run;
    } catch (LogException e) {
      LOG.warn("{}: this part of the key index is made again, its file fails", file, e);
      if (run != null) {
        run.close();
      }
      return null;
    }
  }

  private void delete(Path file) {
    if (writable) {
      storage.delete(file);
    }
  }
}
