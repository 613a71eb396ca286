package io.headwater.streams.runtime;

import io.headwater.streams.AppMetrics;

/**
 * What one worker does. The worker counts; anybody may read what it has committed, since what an
 * abort takes back is never shown.
 */
final class Counters {
  private volatile AppMetrics committed = AppMetrics.ZERO;
  private long processed;
  private long skipped;
  private long deadLettered;
  private long dropped;
  private long produced;

  void processed() {
    processed++;
  }

  void skipped() {
    skipped++;
  }

  void deadLettered() {
    deadLettered++;
  }

  void dropped() {
    dropped++;
  }

  void produced() {
    produced++;
  }

  /** How many records were taken from topics since the last commit or abort. */
  long consumed() {
    return processed + skipped + deadLettered;
  }

  void commit() {
    committed =
        committed.plus(
            new AppMetrics(consumed(), processed, skipped, deadLettered, dropped, produced, 1, 0));
    clear();
  }

  void abort() {
    committed = committed.plus(new AppMetrics(0, 0, 0, 0, 0, 0, 0, 1));
    clear();
  }

  private void clear() {
    processed = 0;
    skipped = 0;
    deadLettered = 0;
    dropped = 0;
    produced = 0;
  }

  /** Up to the last commit. */
  AppMetrics committed() {
    return committed;
  }
}
