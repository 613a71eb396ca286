package io.headwater.broker;

import io.headwater.broker.TransactionRecord.Settled;
import io.headwater.broker.TransactionRecord.SettledPartition;
import io.headwater.log.record.BatchBuilder;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Notes in the transaction log up to where its commits are settled: complete, markers included, and
 * forced. The next opening looks only at later ones. Beside the logs it writes the files that spare
 * that opening the reading of what is settled.
 *
 * <p>It forces while commits go on: only to look at where everything stands, and to note it, it
 * keeps them waiting.
 */
final class Settling {
  private final InstantSource clock;
  private final Partition log;
  private final GroupOffsets groupOffsets;
  private final LongSupplier producerIdNext;

  /** Held while a commit is half done; taken after {@link #settling}. */
  private final ReentrantLock deciding;

  private final ReentrantLock settling = new ReentrantLock();

  /** Guarded by {@link #deciding}, as is the end below. */
  private final TransactionState state;

  private long settledEnd;

  /**
   * Of one transaction log.
   *
   * @param state guarded by {@code deciding}
   * @param deciding held by others while a commit is half done
   */
  Settling(
      InstantSource clock,
      Partition log,
      TransactionState state,
      GroupOffsets groupOffsets,
      LongSupplier producerIdNext,
      ReentrantLock deciding) {
    this.clock = clock;
    this.log = log;
    this.state = state;
    this.groupOffsets = groupOffsets;
    this.producerIdNext = producerIdNext;
    this.deciding = deciding;
  }

  /** Runs something while no commit is half done and nothing is being settled. */
  void betweenCommits(Runnable action) {
    settling.lock();
    deciding.lock();
    try {
      action.run();
    } finally {
      deciding.unlock();
      settling.unlock();
    }
  }

  /**
   * Forces everything, and notes that all commits so far are settled.
   *
   * @param all answers all partitions there are at that moment, but not the transaction log's own
   * @param saveAfterBytes files that spare reading are written for partitions that have grown by
   *     that much since
   */
  void settle(Supplier<Collection<Partition>> all, long saveAfterBytes) {
    settling.lock();
    try {
      var savings = new ArrayList<Runnable>();
      Collection<Partition> partitions;
      List<TransactionRecord> records;
      deciding.lock();
      try {
        // No commit is half done while this lock is held: all partitions with markers of commits so
        // far are among these, and the markers below their ends.
        partitions = all.get();
        records = unsettled(partitions, saveAfterBytes, savings);
      } finally {
        deciding.unlock();
      }
      partitions.forEach(Partition::forceAndMark);
      log.forceAndMark();
      if (!records.isEmpty() && !log.isDamaged()) {
        noteSettled(records);
      }
      if (log.unsavedBytes() >= saveAfterBytes) {
        savings.add(savingState());
      }
      savings.forEach(Runnable::run);
    } finally {
      settling.unlock();
    }
  }

  private List<TransactionRecord> unsettled(
      Collection<Partition> partitions, long saveAfterBytes, List<Runnable> savings) {
    var records = new ArrayList<TransactionRecord>();
    long below = log.endOffset();
    for (Partition partition : partitions) {
      long end = partition.endOffset();
      if (state.settledBelow(partition.number()) != end) {
        records.add(new SettledPartition(partition.number(), end));
      }
      if (partition.unsavedBytes() >= saveAfterBytes) {
        savings.add(partition.saving());
        if (partition.id().topic().equals(Topic.OFFSETS)) {
          savings.add(partition.savingCompacted(partition.stableOffset(), groupOffsets.records()));
        }
      }
    }
    if (below != settledEnd || !records.isEmpty()) {
      records.add(new Settled(below, producerIdNext.getAsLong()));
    }
    return records;
  }

  private void noteSettled(List<TransactionRecord> records) {
    deciding.lock();
    try {
      TransactionRecord.append(records, clock.millis(), log::append);
      records.forEach(record -> state.replay(0, record));
      if (state.settledBelow() == log.endOffset() - records.size()) {
        settledEnd = log.endOffset(); // nothing but these records since
      }
    } finally {
      deciding.unlock();
    }
  }

  private Runnable savingState() {
    deciding.lock();
    try {
      var snapshot = new BatchBuilder();
      state
          .settledRecords()
          .forEach(record -> CompactedSnapshot.add(snapshot, record.key(), record.value()));
      return log.savingCompacted(state.settledBelow(), snapshot);
    } finally {
      deciding.unlock();
    }
  }
}
