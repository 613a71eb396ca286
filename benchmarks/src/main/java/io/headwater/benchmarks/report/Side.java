package io.headwater.benchmarks.report;

import io.headwater.benchmarks.workload.Task;

/** Who is measured. */
public enum Side {
  PEER,
  OURS;

  /** Who does the task on this side. */
  public String title(Task task) {
    return this == PEER ? task.peer() : "Headwater";
  }
}
