package io.headwater.streams.runtime;

import io.headwater.broker.TopicPartition;

/** A record could not be turned into objects; on the way to the worker, never seen by users. */
final class UnreadableRecordException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient TopicPartition partition;
  private final long offset;
  private final String source;
  private final RuntimeException failure;

  UnreadableRecordException(
      TopicPartition partition, long offset, String source, RuntimeException failure) {
    super(source, failure, false, false);
    this.partition = partition;
    this.offset = offset;
    this.source = source;
    this.failure = failure;
  }

  TopicPartition partition() {
    return partition;
  }

  long offset() {
    return offset;
  }

  /** The name of the source that read it. */
  String source() {
    return source;
  }

  /** What was thrown. */
  RuntimeException failure() {
    return failure;
  }
}
