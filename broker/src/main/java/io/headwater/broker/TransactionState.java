package io.headwater.broker;

import io.headwater.broker.TransactionRecord.Commit;
import io.headwater.broker.TransactionRecord.Holder;
import io.headwater.broker.TransactionRecord.PartitionNumber;
import io.headwater.broker.TransactionRecord.Settled;
import io.headwater.broker.TransactionRecord.SettledPartition;
import io.headwater.broker.TransactionRecord.TakenBack;
import io.headwater.log.OffsetRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the transaction log says so far. Not thread-safe. */
final class TransactionState {
  /**
   * A commit and the offset of its record.
   *
   * @param takenBack a recovery decided that it counts as aborted
   */
  record Decision(long offset, Commit commit, boolean takenBack) {}

  private final Map<String, Holder> holders = new TreeMap<>();
  private final Map<PartitionNumber, Long> settledPartitions = new HashMap<>();
  private final List<OffsetRange> takenBack = new ArrayList<>();
  private List<Decision> unsettled = new ArrayList<>();
  private long settledBelow;
  private long producerIdNext;

  void replay(long offset, TransactionRecord record) {
    if (record instanceof Holder holder) {
      holders.put(holder.transactionalId(), holder);
    } else if (record instanceof Commit commit) {
      holders.put(
          commit.transactionalId(),
          new Holder(commit.transactionalId(), commit.producerId(), commit.epoch()));
      unsettled.add(new Decision(offset, commit, false));
    } else if (record instanceof Settled settled) {
      settledBelow = settled.below();
      producerIdNext = Math.max(producerIdNext, settled.producerIdNext());
      unsettled.removeIf(decision -> decision.offset() < settledBelow);
      takenBack.removeIf(range -> range.to() <= settledBelow);
    } else if (record instanceof SettledPartition settled) {
      settledPartitions.put(settled.partition(), settled.below());
    } else if (record instanceof TakenBack back) {
      takenBack.add(back.range());
      unsettled = new ArrayList<>(unsettled.stream().map(d -> marked(d, back.range())).toList());
    }
  }

  private static Decision marked(Decision decision, OffsetRange range) {
    return range.contains(decision.offset())
        ? new Decision(decision.offset(), decision.commit(), true)
        : decision;
  }

  /** Who last held each transactional id. */
  Map<String, Holder> holders() {
    return holders;
  }

  /** The commits that are not known to be complete and forced, in their order. */
  List<Decision> unsettled() {
    return unsettled;
  }

  /** Whether a recovery took commits back and may not have been finished. */
  boolean isTakingBack() {
    return !takenBack.isEmpty();
  }

  long producerIdNext() {
    return producerIdNext;
  }

  /** Commits whose record is below are complete and forced. */
  long settledBelow() {
    return settledBelow;
  }

  /** Commit markers below are those of settled commits. */
  long settledBelow(PartitionNumber partition) {
    return settledPartitions.getOrDefault(partition, 0L);
  }

  /** Records that say the same about everything that is settled. */
  List<TransactionRecord> settledRecords() {
    var records = new ArrayList<TransactionRecord>(holders.values());
    settledPartitions.forEach(
        (partition, below) -> records.add(new SettledPartition(partition, below)));
    records.add(new Settled(settledBelow, producerIdNext));
    return records;
  }
}
