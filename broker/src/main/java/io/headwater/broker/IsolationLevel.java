package io.headwater.broker;

/** Which records a reader sees. */
public enum IsolationLevel {
  /** Every record in the log, those of open and aborted transactions too. */
  READ_UNCOMMITTED,
  /**
   * Records outside of transactions and of committed ones, up to the last stable offset: the first
   * record of the oldest transaction that is still open.
   */
  READ_COMMITTED
}
