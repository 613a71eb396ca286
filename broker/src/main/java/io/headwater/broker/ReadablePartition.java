package io.headwater.broker;

import io.headwater.log.BatchLog;
import io.headwater.log.transaction.AbortedTransactions;

/** What reading a partition needs. Safe for many threads. */
interface ReadablePartition {
  TopicPartition id();

  BatchLog log();

  /** Where a read-committed reader stops. Asked for before {@link #aborted}. */
  long stableOffset();

  /** All aborted transactions below the stable offset, and maybe some from there on. */
  AbortedTransactions aborted();

  /** Where a reader stops. */
  default long endOffset(IsolationLevel isolation) {
    return isolation == IsolationLevel.READ_COMMITTED ? stableOffset() : log().range().to();
  }
}
