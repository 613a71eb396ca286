package io.headwater.log.key;

import io.headwater.log.OffsetRange;
import io.headwater.log.storage.Storage;
import java.nio.file.Path;
import java.util.List;

/** Makes one run of some that follow each other, a step at a time. */
final class Merge {
  private final Pins pins;
  private final List<Slice> slices;
  private final Run.Cursor[] cursors;
  private final long[] heads; // the next entry of each
  private final RunWriter writer;

  /**
   * Starts a merge.
   *
   * @param pins what holds the runs open; one is removed in the end
   */
  Merge(Pins pins, List<Slice> slices, Storage storage, Path path) {
    this.pins = pins;
    this.slices = slices;
    var range = new OffsetRange(slices.get(0).from(), slices.get(slices.size() - 1).to());
    int entriesMax = slices.stream().mapToInt(Slice::entriesMax).sum();
    cursors = new Run.Cursor[slices.size()];
    heads = new long[slices.size()];
    for (int i = 0; i < heads.length; i++) {
      Slice slice = slices.get(i);
      cursors[i] = slice.run().cursor(slice.range(), range.from());
    }
    writer = new RunWriter(storage, path, range, entriesMax);
    boolean started = false;
    try {
      for (int i = 0; i < heads.length; i++) {
        heads[i] = cursors[i].next();
      }
      started = true;
    } finally {
      if (!started) {
        writer.abandon();
      }
    }
  }

  boolean isOf(Run run) {
    return slices.stream().anyMatch(slice -> slice.run() == run);
  }

  /** Copies up to so many entries; true if that was all. */
  boolean step(int entriesMax) {
    long[] next = heads;
    for (int i = 0; i < entriesMax; i++) {
      int least = 0;
      long entry = next[0];
      for (int j = 1; j < next.length; j++) {
        if (next[j] < entry) {
          entry = next[j];
          least = j;
        }
      }
      if (entry == Long.MAX_VALUE) {
        return true;
      }
      writer.add(entry);
      next[least] = cursors[least].next();
    }
    return false;
  }

  /** Completes the run. The caller still ends the merge with {@link #close}. */
  Run finish(int forceBytes) {
    long bytes = slices.stream().mapToLong(slice -> slice.run().header().fileBytes()).sum();
    return writer.finish(bytes >= forceBytes);
  }

  /** How many of the entries stand for deleted records. */
  long dead() {
    double dead = 0;
    for (Slice slice : slices) {
      dead += slice.run().dead() * slice.share();
    }
    return (long) dead;
  }

  void abandon() {
    writer.abandon();
  }

  /** Lets go of the runs. */
  void close() {
    pins.remove();
  }
}
