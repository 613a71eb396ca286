package io.headwater.log.key;

import io.headwater.log.OffsetRange;

/**
 * The part of a run that counts: its offsets from {@code from} up to, not including, {@code to}.
 */
record Slice(Run run, long from, long to) {
  static Slice of(Run run) {
    return new Slice(run, run.header().from(), run.limit());
  }

  OffsetRange range() {
    return new OffsetRange(from, to);
  }

  /** Which part of the run's offsets it has. */
  double share() {
    return (double) (to - from) / (run.header().to() - run.header().from());
  }

  /** How many entries it has at most. */
  int entriesMax() {
    return (int) Math.min(run.header().entries(), to - from);
  }

  /** The greatest candidate below an offset, or -1. Does not look at the filter. */
  long last(int hash, long below) {
    long offset = run.last(hash, Math.min(below, to));
    return offset >= from ? offset : -1;
  }
}
