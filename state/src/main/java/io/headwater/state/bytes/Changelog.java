package io.headwater.state.bytes;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the changes of a store go: one partition, whose records are the changes. Appends belong to
 * the owner's transaction and are for its thread; reading is for any thread.
 *
 * <p>A place is where a record lies: the base offset of its segment, its position in that segment's
 * file, and its size, both in bytes. It stays valid as long as the segment is there.
 */
public interface Changelog {
  /** The topic, as serdes and errors name it. */
  String topic();

  /** The partition of the topic. */
  int partition();

  /**
   * Appends the changes as one batch, under the owner's open transaction, and tells the place of
   * each.
   *
   * @throws StoreException if that fails; the transaction must then abort
   */
  void append(List<Change> changes, Places places);

  /**
   * The key and value of the record at that place, in arrays of the caller's own.
   *
   * @throws CorruptStoreException if there is no record of that size
   */
  PlacedRecord read(long segmentBase, int position, int sizeBytes);

  /** The committed records from that offset on, to {@link #committedEnd} as it is now. */
  Replay replay(long fromOffset);

  /** The first offset there is. */
  long start();

  /** The offset below which every record is committed or aborted. */
  long committedEnd();

  /** Returns once everything committed so far would survive a power cut. */
  void force();

  /** Is told where appended records lie. */
  @FunctionalInterface
  interface Places {
    /**
     * The place of one record.
     *
     * @param index of the change in the appended list
     */
    void placed(int index, long segmentBase, int position, int sizeBytes);
  }

  /**
   * A record that was read by its place.
   *
   * @param value null in a record that deletes
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
  record PlacedRecord(byte[] key, byte @Nullable [] value) {}

  /** A cursor over committed records, in order. It stands before the first one. */
  interface Replay {
    /** Moves to the next record; false if there is none. */
    boolean next();

    /** The key; a store's records all have one. */
    byte[] key();

    /** The value, or null if the record deletes its key. */
    byte @Nullable [] value();

    /** Whether the record deletes its key. */
    boolean isTombstone();

    long timestampMs();

    long segmentBase();

    int position();

    int sizeBytes();

    /** Where a replay would go on: after the last record, once {@link #next} has answered false. */
    long nextOffset();
  }
}
