package io.headwater.streams.processor;

/** A task: one partition of the input of one sub-topology. Shown as {@code 0_3}. */
public record TaskId(int subtopology, int partition) implements Comparable<TaskId> {
  public TaskId {
    if (subtopology < 0 || partition < 0) {
      throw new IllegalArgumentException("not a task: " + subtopology + "_" + partition);
    }
  }

  /** The task that {@link #toString} shows as {@code text}. */
  public static TaskId parse(String text) {
    int separator = text.indexOf('_');
    try {
      return new TaskId(
          Integer.parseInt(text, 0, Math.max(separator, 0), 10),
          Integer.parseInt(text, separator + 1, text.length(), 10));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "not a task: '" + text + "', expected sub-topology and partition as in 0_3", e);
    }
  }

  @Override
  public int compareTo(TaskId other) {
    int bySubtopology = Integer.compare(subtopology, other.subtopology);
    return bySubtopology != 0 ? bySubtopology : Integer.compare(partition, other.partition);
  }

  @Override
  public String toString() {
    return subtopology + "_" + partition;
  }
}
