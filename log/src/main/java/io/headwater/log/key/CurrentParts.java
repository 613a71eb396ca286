package io.headwater.log.key;

import io.headwater.log.OffsetRange;
import io.headwater.log.storage.Storage;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an index as they are now. They are replaced as a whole; a run that they have no more
 * is closed, and its file deleted, once nobody looks at it. Safe for many threads.
 */
final class CurrentParts {
  private final Storage storage;
  private final Path folder;
  private final ArrayDeque<Retired> retired = new ArrayDeque<>(); // guarded by this
  private volatile Parts parts; // replaced under the lock
  private volatile boolean closed;

  /** Parts that were replaced, and the runs to be closed once nobody looks at them any more. */
  private record Retired(Pins pins, List<Run> dropped, boolean delete) {}

  /**
   * @param storage where runs are that may be deleted
   * @param folder for messages
   */
  CurrentParts(Storage storage, Path folder, Parts parts) {
    this.storage = storage;
    this.folder = folder;
    this.parts = parts;
  }

  /** The parts now, whose runs are not to be looked at; of a closed index none. */
  Parts get() {
    return parts;
  }

  List<Run> runs() {
    return runsOf(parts);
  }

  private static List<Run> runsOf(Parts parts) {
    return Arrays.stream(parts.slices).map(Slice::run).distinct().toList();
  }

  /**
   * The parts now, whose runs stay open until {@link #unpin}.
   *
   * @throws IllegalStateException if the index is closed
   */
  Parts pin() {
    while (true) {
      Parts current = parts;
      if (current.pins.add()) {
        return current;
      }
      ensureOpen(); // else it was replaced between the two looks at it
    }
  }

  void unpin(Parts pinned) {
    unpin(pinned.pins);
  }

  void unpin(Pins pins) {
    pins.remove();
    if (closed) {
      closeUnused(); // nobody else will
    }
  }

  /**
   * Replaces the parts; does nothing if the change returns what it is given.
   *
   * @throws IllegalStateException if the index is closed
   */
  void replace(UnaryOperator<Parts> change) {
    replace(change, null);
  }

  /**
   * As the other form.
   *
   * @param made a new run, which is dropped if the new parts do not have it
   */
  synchronized void replace(UnaryOperator<Parts> change, @Nullable Run made) {
    ensureOpen();
    Parts before = parts;
    Parts next = change.apply(before);
    var dropped = new HashSet<>(runsOf(before));
    if (made != null) {
      dropped.add(made);
    }
    dropped.removeAll(runsOf(next));
    parts = next;
    if (next == before) {
      retired.add(new Retired(Pins.NONE, List.copyOf(dropped), true));
    } else {
      retired.add(new Retired(before.pins, List.copyOf(dropped), true));
      before.pins.remove();
    }
  }

  /** Closes the runs that were dropped and that nobody looks at, and deletes their files. */
  void closeUnused() {
    var files = new ArrayList<Path>();
    synchronized (this) {
      // In their order: who looks at older parts may look at the runs dropped from newer ones.
      for (Retired oldest = retired.peek();
          oldest != null && !oldest.pins().any();
          oldest = retired.peek()) {
        retired.remove();
        for (Run run : oldest.dropped()) {
          run.close();
          if (oldest.delete() && run.storage() == storage) {
            files.add(run.path());
          }
        }
      }
    }
    for (Path file : files) {
      storage.delete(file); // if not, it is an old run with nothing left when it is opened again
    }
  }

  /** Closes all runs, those that somebody looks at when he is done. */
  void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      Parts before = parts;
      parts = new Parts(0, new OffsetRange[0], new Slice[0], new RecentKeys[0]);
      parts.pins.remove();
      retired.add(new Retired(before.pins, runsOf(before), false));
      before.pins.remove();
    }
    closeUnused();
  }

  boolean isClosed() {
    return closed;
  }

  void ensureOpen() {
    if (closed) {
      throw new IllegalStateException("the key index of %s is closed".formatted(folder));
    }
  }
}
