package io.headwater.streams.processor;

/** What a schedule calls; by the task's thread, between two records. */
@FunctionalInterface
public interface Punctuator {
  /**
   * The time has come.
   *
   * @param timestamp the time it is now by the schedule's clock, in milliseconds since the epoch
   */
  void punctuate(long timestamp);
}
