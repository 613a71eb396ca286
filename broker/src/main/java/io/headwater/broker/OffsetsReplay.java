package io.headwater.broker;

import io.headwater.log.BatchLog;
import java.util.ArrayList;
import java.util.List;

/** Reads the offsets of groups back from {@code __consumer_offsets}. */
final class OffsetsReplay {
  private static final int BYTES_MAX = 1 << 20;

  private OffsetsReplay() {}

  /** Starts from what has been saved, and returns the offset from which records have to be read. */
  static long start(PartitionFiles files, BatchLog log, GroupOffsets offsets) {
    var updates = new ArrayList<GroupOffsets.Update>();
    long from =
        files
            .loadCompacted(
                log.range().to(),
                (key, value) -> GroupOffsets.parse(key, value, -1).ifPresent(updates::add))
            .orElse(log.range().from());
    offsets.apply(updates);
    return from;
  }

  /**
   * Reads committed records from an offset on and returns where to go on. What they say is returned
   * in {@code into}, so that it can be shown at once.
   */
  static long read(ReadablePartition partition, long from, List<GroupOffsets.Update> into) {
    var records = new FetchedRecords();
    long offset = from;
    while (offset < partition.stableOffset()) {
      records.fill(partition, offset, BYTES_MAX, IsolationLevel.READ_COMMITTED);
      while (records.next()) {
        byte[] key = records.key();
        if (key != null) {
          GroupOffsets.parse(key, records.value(), records.offset()).ifPresent(into::add);
        }
      }
      if (records.nextOffset() == offset) {
        break;
      }
      offset = records.nextOffset();
    }
    return offset;
  }
}
