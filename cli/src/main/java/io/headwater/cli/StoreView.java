package io.headwater.cli;

import io.headwater.broker.BrokerView;
import io.headwater.broker.FetchedRecords;
import io.headwater.broker.IsolationLevel;
import io.headwater.broker.TopicDescription.PartitionDescription;
import io.headwater.broker.TopicPartition;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The committed contents of a store, as its changelog tells them: of each key the last record. In a
 * window store a key is followed by the window's start in eight bytes and a number in four, as
 * Kafka Streams writes them; a window is gone once its start is a retention behind the latest start
 * in its partition.
 */
final class StoreView {
  private static final int FETCH_BYTES = 1 << 20;
  private static final int WINDOW_BYTES = Long.BYTES + Integer.BYTES;

  private final BrokerView broker;
  private final StoreInfo store;
  private final String changelog;

  /**
   * A view of that store.
   *
   * @throws UserException if it is of a kind that cannot be read
   */
  StoreView(BrokerView broker, StoreInfo store) {
    this.broker = broker;
    this.store = store;
    String topic = store.changelog();
    if (topic == null) {
      throw new UserException(
          "store %s of %s has no changelog, so only the application itself can read it"
              .formatted(store.name(), store.application()));
    }
    if (!store.isWindowed() && !store.kind().equals("key-value")) {
      throw new UserException(
          "store %s of %s is of kind %s, which only the application itself can read"
              .formatted(store.name(), store.application(), store.kind()));
    }
    this.changelog = topic;
  }

  String changelog() {
    return changelog;
  }

  /**
   * One entry.
   *
   * @param startMs the window's start; 0 without windows
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Entry(byte[] key, long startMs, byte[] value) {}

  /**
   * Which entries; a bound that is null is open, the others are inclusive.
   *
   * @param fromMs the earliest start of a window
   * @param toMs the latest start of a window
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Bounds(byte @Nullable [] from, byte @Nullable [] to, long fromMs, long toMs) {
    private boolean contains(byte[] key) {
      return (from == null || Arrays.compareUnsigned(key, from) >= 0)
          && (to == null || Arrays.compareUnsigned(key, to) <= 0);
    }

    private boolean contains(long startMs) {
      return startMs >= fromMs && startMs <= toMs;
    }
  }

  /** The entries within the bounds, in the order of their keys' bytes, then of their windows. */
  List<Entry> entries(Bounds bounds) {
    var entries = new TreeMap<byte[], Entry>(Arrays::compareUnsigned);
    for (PartitionDescription partition : broker.describe(changelog).partitions()) {
      addAll(new TopicPartition(changelog, partition.partition()), bounds, entries);
    }
    return List.copyOf(entries.values());
  }

  private void addAll(TopicPartition partition, Bounds bounds, Map<byte[], Entry> entries) {
    var found = new TreeMap<byte[], Entry>(Arrays::compareUnsigned);
    var records = new FetchedRecords();
    long offset = broker.startOffset(partition);
    long latestStartMs = Long.MIN_VALUE;
    do {
      broker.fetch(partition, offset, FETCH_BYTES, IsolationLevel.READ_COMMITTED, records);
      while (records.next()) {
        byte[] stored = records.key();
        if (stored == null || (store.isWindowed() && stored.length < WINDOW_BYTES)) {
          throw new UserException(
              "%s at offset %d has a record that is none of a %s store"
                  .formatted(partition, records.offset(), store.kind()));
        }
        long startMs = startMs(stored);
        latestStartMs = Math.max(latestStartMs, startMs);
        byte[] key = key(stored);
        byte[] value = records.value();
        if (value == null) {
          found.remove(stored);
        } else if (bounds.contains(key) && bounds.contains(startMs)) {
          found.put(stored, new Entry(key, startMs, value));
        }
      }
      offset = records.nextOffset();
    } while (!records.isEmpty());
    found.values().removeIf(isExpired(latestStartMs));
    entries.putAll(found);
  }

  private Predicate<Entry> isExpired(long latestStartMs) {
    return entry -> store.isWindowed() && entry.startMs <= latestStartMs - store.retentionMs();
  }

  private byte[] key(byte[] stored) {
    return store.isWindowed() ? Arrays.copyOf(stored, stored.length - WINDOW_BYTES) : stored;
  }

  private long startMs(byte[] stored) {
    return store.isWindowed() ? ByteBuffer.wrap(stored).getLong(stored.length - WINDOW_BYTES) : 0;
  }
}
