package io.headwater.broker;

import io.headwater.broker.TransactionRecord.PartitionNumber;
import io.headwater.log.BatchLog;
import io.headwater.log.OffsetRange;
import io.headwater.log.transaction.AbortedTransactions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A partition that another process may be writing. Its view guards what changes. */
final class ViewedPartition implements ReadablePartition {
  private final TopicPartition id;
  private final PartitionNumber number;
  private final BatchLog log;
  private final PartitionState state = new PartitionState();

  /** Commit markers without a decision that was read: first offset to the marker's. */
  private final Map<Long, Long> undecided = new HashMap<>();

  private long read;
  private volatile AbortedTransactions aborted = state.aborted();
  private volatile long stableOffset;

  ViewedPartition(TopicPartition id, PartitionNumber number, BatchLog log) {
    this.id = id;
    this.number = number;
    this.log = log;
  }

  @Override
  public TopicPartition id() {
    return id;
  }

  PartitionNumber number() {
    return number;
  }

  @Override
  public BatchLog log() {
    return log;
  }

  @Override
  public long stableOffset() {
    return stableOffset;
  }

  @Override
  public AbortedTransactions aborted() {
    return aborted;
  }

  /** Takes up what was saved beside the log. */
  void start(PartitionFiles files, long settledBelow) {
    read = files.load(state, log.range(), settledBelow);
  }

  /**
   * Reads the batches that have come since, and returns whether there are any.
   *
   * @param settledBelow commit markers below are of decided transactions
   */
  boolean readOn(long settledBelow) {
    log.refresh();
    long before = read;
    long end = log.range().to();
    if (end > before) {
      log.forEachBatch(
          before,
          batch -> {
            if (batch.baseOffset() < read || batch.nextOffset() > end) {
              return;
            }
            PartitionState.Ended ended = state.replay(batch);
            if (ended != null) {
              if (ended.committed() && state.holds().containsKey(ended.first())) {
                undecided.put(ended.first(), ended.markerOffset());
              } else {
                state.release(ended.first());
              }
            }
            read = batch.nextOffset();
          });
    }
    for (Map.Entry<Long, Long> marked : List.copyOf(undecided.entrySet())) {
      if (marked.getValue() < settledBelow) {
        release(marked.getKey());
      }
    }
    return read != before;
  }

  /** Takes notice of a decision. */
  void commit(long producerId, OffsetRange range) {
    for (Map.Entry<Long, Long> hold : List.copyOf(state.holds().entrySet())) {
      if (hold.getValue() == producerId && range.contains(hold.getKey())) {
        release(hold.getKey());
      }
    }
  }

  private void release(long first) {
    state.release(first);
    undecided.remove(first);
  }

  /** Shows readers what has been read. */
  void show() {
    state.forgetAbortedBelow(log.range().from());
    aborted = state.aborted();
    stableOffset = state.stableOffset(read);
  }
}
