package io.headwater.broker;

import static java.util.Comparator.comparingLong;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The producers of one partition. All of it follows from the batches' headers: replaying them gives
 * the same state. Not thread-safe: its partition guards it.
 */
final class Producers {
  /**
   * How many producers are remembered beside those with an open transaction. Past twice that many,
   * those that wrote longest ago are forgotten.
   */
  static final int REMEMBERED_MAX = 1000;

  private final Map<Long, ProducerEntry> entries = new HashMap<>();

  /**
   * Says whether a batch may be appended.
   *
   * @return the base offset of the same batch appended before, or {@link ProducerEntry#NO_OFFSET}
   * @throws ProducerFencedException if a newer epoch has written
   * @throws OutOfOrderSequenceException if batches before it are missing
   */
  long check(TopicPartition partition, long producerId, short epoch, int baseSequence, int count) {
    ProducerEntry entry = entries.get(producerId);
    if (entry == null) {
      return ProducerEntry.NO_OFFSET; // new, or forgotten: it may start anywhere
    }
    if (epoch < entry.epoch()) {
      throw new ProducerFencedException(
          "%s: producer %d has epoch %d, and epoch %d of it has written since; make a new producer"
              .formatted(partition, producerId, epoch, entry.epoch()));
    }
    int lastSequence = Sequences.plus(baseSequence, count - 1);
    long duplicate = entry.find(epoch, baseSequence, lastSequence);
    if (duplicate != ProducerEntry.NO_OFFSET) {
      return duplicate;
    }
    if (epoch > entry.epoch()) {
      ensureNext(partition, producerId, 0, baseSequence);
    } else if (entry.hasBatches()) {
      ensureNext(
          partition, producerId, Sequences.plus(entry.lastBatch().lastSequence(), 1), baseSequence);
    }
    return ProducerEntry.NO_OFFSET;
  }

  private static void ensureNext(
      TopicPartition partition, long producerId, int expected, int found) {
    if (found != expected) {
      throw new OutOfOrderSequenceException(
          "%s: the next batch of producer %d has sequence %d, but %d was sent"
              .formatted(partition, producerId, expected, found));
    }
  }

  /** Notes a batch and returns whether it starts a transaction. */
  boolean appended(long producerId, short epoch, ProducerEntry.Batch batch, boolean transactional) {
    ProducerEntry entry = entries.get(producerId);
    if (entry == null) {
      forgetOldest();
      entry = new ProducerEntry(producerId, epoch);
      entries.put(producerId, entry);
    }
    boolean open = entry.transactionFirst() != ProducerEntry.NO_OFFSET;
    entry.appended(epoch, batch, transactional);
    return transactional && !open;
  }

  /**
   * Notes an end-of-transaction marker and returns where the transaction started, {@link
   * ProducerEntry#NO_OFFSET} if none was open.
   */
  long ended(
      long producerId, short epoch, int coordinatorEpoch, long markerOffset, long timestampMs) {
    return entries
        .computeIfAbsent(producerId, id -> new ProducerEntry(id, epoch))
        .ended(epoch, coordinatorEpoch, markerOffset, timestampMs);
  }

  /** Open transactions, from the first offset of each to its producer; in that order. */
  SortedMap<Long, ProducerEntry> open() {
    var open = new TreeMap<Long, ProducerEntry>();
    for (ProducerEntry entry : entries.values()) {
      if (entry.transactionFirst() != ProducerEntry.NO_OFFSET) {
        open.put(entry.transactionFirst(), entry);
      }
    }
    return open;
  }

  /** The epoch last written by a producer, -1 if none is known. */
  short epochOf(long producerId) {
    ProducerEntry entry = entries.get(producerId);
    return entry == null ? -1 : entry.epoch();
  }

  /** The largest producer id seen, -1 if none. */
  long idMax() {
    return entries.keySet().stream().mapToLong(Long::longValue).max().orElse(-1);
  }

  /** By id. */
  List<ProducerEntry> all() {
    return entries.values().stream().sorted(comparingLong(ProducerEntry::id)).toList();
  }

  void replaceAll(Collection<ProducerEntry> restored) {
    entries.clear();
    restored.forEach(entry -> entries.put(entry.id(), entry));
  }

  private void forgetOldest() {
    if (entries.size() < 2 * REMEMBERED_MAX) {
      return;
    }
    var idle =
        new ArrayList<>(
            entries.values().stream()
                .filter(entry -> entry.transactionFirst() == ProducerEntry.NO_OFFSET)
                .sorted(comparingLong(ProducerEntry::lastOffset))
                .toList());
    int forget = Math.max(0, idle.size() - REMEMBERED_MAX);
    var forgotten = new HashSet<Long>();
    idle.subList(0, forget).forEach(entry -> forgotten.add(entry.id()));
    entries.keySet().removeAll(forgotten);
  }
}
