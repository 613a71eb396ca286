package io.headwater.broker;

import io.headwater.log.BatchLog;
import io.headwater.log.record.BatchBuilder;
import io.headwater.serde.Headers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records on their way to one log, in as few batches as its limit for a batch allows: as a rule in
 * one. Of several, a crash may leave the first ones. Not safe for many threads.
 */
final class Batches {
  /** Where they go. */
  interface Target {
    /** Appends a batch and returns the offset of its first record. */
    long append(BatchBuilder batch);
  }

  private final Target target;
  private final BatchBuilder batch = new BatchBuilder();
  private final List<Long> offsets = new ArrayList<>();

  Batches(Target target) {
    this.target = target;
  }

  /** Adds a record; appends those before it, if all of them together would be too large. */
  void add(long timestampMs, byte[] key, byte @Nullable [] value) {
    long more = BatchBuilder.sizeOf(key, value, Headers.EMPTY);
    if (batch.sizeInBytes() + more > BatchLog.BATCH_BYTES_MAX) {
      flush();
    }
    batch.append(timestampMs, key, value, Headers.EMPTY);
  }

  /** Appends what is left. */
  void flush() {
    if (batch.isEmpty()) {
      return;
    }
    long base = target.append(batch);
    for (int i = 0; i < batch.count(); i++) {
      offsets.add(base + i);
    }
    batch.reset();
  }

  /** The offsets of the records that have been appended, in the order they were added. */
  List<Long> offsets() {
    return offsets;
  }
}
