package io.headwater.benchmarks.workload;

/** What both sides of a comparison do in a round. */
public interface Task {
  /** The name on the command line. */
  String id();

  /** The name in a report. */
  String title();

  /** Who does it beside Headwater. */
  String peer();

  /** How many records a round is about; a rate counts them. */
  long records();

  /** What a round has to come to. */
  Outcome expected();

  /** Whether two outcomes are as good as the same. */
  boolean same(Outcome one, Outcome other);
}
