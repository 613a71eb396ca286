package io.headwater.log.record;

/** What a control batch says. */
public enum ControlType {
  /** A transaction of this producer ended, and its records do not count. */
  ABORT,
  /** A transaction of this producer ended, and its records count. */
  COMMIT,
  /** Something of Kafka's own that means nothing to a reader of records. */
  OTHER
}
