package io.headwater.streams.runtime;

import io.headwater.broker.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What failed, and where.
 *
 * @param where in words
 * @param partition of the record that failed; null if it was no record's fault
 * @param offset of that record, or -1
 * @param unreadable whether the record could not even be read
 * @param cause what was thrown
 */
record Failure(
    String where,
    @Nullable TopicPartition partition,
    long offset,
    boolean unreadable,
    Throwable cause) {

  /** Makes out what failed, in the task that was at work. */
  static Failure of(Throwable thrown, @Nullable Task task) {
    String taskName = task == null ? "" : "task " + task.id() + " ";
    if (thrown instanceof UnreadableRecordException unreadable) {
      return new Failure(
          "%sfailed at source %s, reading the record at %s offset %d"
              .formatted(
                  taskName, unreadable.source(), unreadable.partition(), unreadable.offset()),
          unreadable.partition(),
          unreadable.offset(),
          true,
          unreadable.failure());
    }
    if (thrown instanceof OperatorException operator) {
      String node = taskName + "failed at node " + operator.node();
      PartitionInput input = task == null ? null : task.context().input();
      if (input == null) {
        return new Failure(node, null, -1, false, operator.failure());
      }
      return new Failure(
          "%s, processing the record at %s offset %d"
              .formatted(node, input.partition(), input.headOffset()),
          input.partition(),
          input.headOffset(),
          false,
          operator.failure());
    }
    return new Failure(taskName + "failed", null, -1, false, thrown);
  }

  @Override
  public String toString() {
    String text = where + ": " + cause;
    boolean bytesTaken =
        cause instanceof ClassCastException && String.valueOf(cause.getMessage()).contains("[B");
    return bytesTaken
        ? text
            + "; where neither the topology nor the application names a serde, keys and values are byte[]"
        : text;
  }
}
