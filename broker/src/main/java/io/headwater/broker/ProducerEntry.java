package io.headwater.broker;

/**
 * What a partition remembers of one producer: its epoch, its last batches, and where its open
 * transaction starts. Not thread-safe: its partition guards it.
 */
final class ProducerEntry {
  /** How many batches back a batch sent twice is recognised; Kafka's number. */
  static final int BATCHES_MAX = 5;

  static final int NO_SEQUENCE = -1;
  static final long NO_OFFSET = -1;

  /** A batch, told by its sequences. The base offset is the last one less the delta. */
  record Batch(int lastSequence, long lastOffset, int offsetDelta, long maxTimestampMs) {
    int firstSequence() {
      return Sequences.minus(lastSequence, offsetDelta);
    }

    long baseOffset() {
      return lastOffset - offsetDelta;
    }
  }

  private final long id;
  private final Batch[] batches = new Batch[BATCHES_MAX];
  private short epoch;
  private int batchCount;
  private int coordinatorEpoch = -1;
  private long transactionFirst = NO_OFFSET;
  private long lastOffset = NO_OFFSET;
  private long lastTimestampMs = -1;

  ProducerEntry(long id, short epoch) {
    this.id = id;
    this.epoch = epoch;
  }

  /** An entry as a snapshot keeps it: with its last batch at most. */
  static ProducerEntry restored(
      long id, short epoch, Batch last, int coordinatorEpoch, long transactionFirst) {
    var entry = new ProducerEntry(id, epoch);
    if (last.lastSequence() != NO_SEQUENCE) {
      entry.batches[entry.batchCount++] = last;
    }
    entry.lastOffset = last.lastOffset();
    entry.lastTimestampMs = last.maxTimestampMs();
    entry.coordinatorEpoch = coordinatorEpoch;
    entry.transactionFirst = transactionFirst;
    return entry;
  }

  long id() {
    return id;
  }

  short epoch() {
    return epoch;
  }

  int coordinatorEpoch() {
    return coordinatorEpoch;
  }

  /** The first offset of the open transaction, or {@link #NO_OFFSET}. */
  long transactionFirst() {
    return transactionFirst;
  }

  /** Of the last batch or marker. */
  long lastOffset() {
    return lastOffset;
  }

  /** The last batch as a snapshot keeps it. */
  Batch lastBatch() {
    return batchCount == 0
        ? new Batch(NO_SEQUENCE, lastOffset, 0, lastTimestampMs)
        : batches[batchCount - 1];
  }

  boolean hasBatches() {
    return batchCount > 0;
  }

  /** The base offset of a remembered batch of those sequences, or {@link #NO_OFFSET}. */
  long find(short batchEpoch, int firstSequence, int lastSequence) {
    if (batchEpoch == epoch) {
      for (int i = batchCount - 1; i >= 0; i--) {
        if (batches[i].lastSequence() == lastSequence
            && batches[i].firstSequence() == firstSequence) {
          return batches[i].baseOffset();
        }
      }
    }
    return NO_OFFSET;
  }

  void appended(short batchEpoch, Batch batch, boolean transactional) {
    moveTo(batchEpoch);
    if (batch.lastSequence() != NO_SEQUENCE) {
      if (batchCount == BATCHES_MAX) {
        System.arraycopy(batches, 1, batches, 0, BATCHES_MAX - 1);
        batchCount--;
      }
      batches[batchCount++] = batch;
    }
    lastOffset = batch.lastOffset();
    lastTimestampMs = batch.maxTimestampMs();
    if (transactional && transactionFirst == NO_OFFSET) {
      transactionFirst = batch.baseOffset();
    }
  }

  /**
   * Ends the open transaction and returns where it started, {@link #NO_OFFSET} if none was open.
   */
  long ended(short markerEpoch, int markerCoordinatorEpoch, long markerOffset, long timestampMs) {
    moveTo(markerEpoch);
    long first = transactionFirst;
    transactionFirst = NO_OFFSET;
    coordinatorEpoch = markerCoordinatorEpoch;
    lastOffset = markerOffset;
    lastTimestampMs = timestampMs;
    return first;
  }

  private void moveTo(short newEpoch) {
    if (newEpoch != epoch) {
      epoch = newEpoch;
      batchCount = 0;
    }
  }
}
