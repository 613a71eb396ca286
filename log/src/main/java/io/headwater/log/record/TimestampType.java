package io.headwater.log.record;

/** Whose time a record's timestamp is. */
public enum TimestampType {
  /** The producer's, one for each record. */
  CREATE_TIME,
  /** The log's at the append, the same for each record of a batch. */
  LOG_APPEND_TIME
}
