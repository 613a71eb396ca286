package io.headwater.broker;

import io.headwater.log.record.BatchBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The committed offsets of all groups, as {@code __consumer_offsets} has them. Reading is safe for
 * many threads and sees all of a group's offsets that were set together; setting is not, its owner
 * guards it.
 */
final class GroupOffsets {
  /** A committed offset and the record that says so: a later record wins, whenever it is shown. */
  private record Entry(@Nullable OffsetAndMetadata position, long recordOffset) {}

  /** What one record says; a null position withdraws the offset. */
  record Update(OffsetRecords.Key key, @Nullable OffsetAndMetadata position, long recordOffset) {
    Update at(long offset) {
      return new Update(key, position, offset);
    }
  }

  /** What a group's positions say, for records that have no place yet. */
  static List<Update> updates(
      String group, Map<TopicPartition, ? extends @Nullable OffsetAndMetadata> positions) {
    var updates = new ArrayList<Update>(positions.size());
    positions.forEach(
        (partition, position) ->
            updates.add(new Update(new OffsetRecords.Key(group, partition), position, 0)));
    return updates;
  }

  /** Appends records that say so, and returns the updates with their places. */
  static List<Update> append(List<Update> updates, long nowMs, Batches.Target target) {
    var records = new Batches(target);
    for (Update update : updates) {
      OffsetAndMetadata position = update.position();
      records.add(
          nowMs,
          OffsetRecords.key(update.key().group(), update.key().partition()),
          position == null ? null : OffsetRecords.value(position, nowMs));
    }
    records.flush();
    var placed = new ArrayList<Update>(updates.size());
    for (Update update : updates) {
      placed.add(update.at(records.offsets().get(placed.size())));
    }
    return placed;
  }

  private final Map<String, Map<TopicPartition, Entry>> groups = new ConcurrentHashMap<>();

  void apply(Iterable<Update> updates) {
    var changed = new HashMap<String, Map<TopicPartition, Entry>>();
    for (Update update : updates) {
      Map<TopicPartition, Entry> group =
          changed.computeIfAbsent(
              update.key().group(), name -> new HashMap<>(groups.getOrDefault(name, Map.of())));
      Entry present = group.get(update.key().partition());
      if (present == null || present.recordOffset() < update.recordOffset()) {
        group.put(update.key().partition(), new Entry(update.position(), update.recordOffset()));
      }
    }
    groups.putAll(changed);
  }

  Map<TopicPartition, OffsetAndMetadata> of(String group) {
    var positions = new HashMap<TopicPartition, OffsetAndMetadata>();
    groups
        .getOrDefault(group, Map.of())
        .forEach(
            (partition, entry) -> {
              OffsetAndMetadata position = entry.position();
              if (position != null) {
                positions.put(partition, position);
              }
            });
    return positions;
  }

  /** Groups that have a committed offset, by name. */
  Set<String> names() {
    var names = new TreeSet<String>();
    groups.forEach(
        (name, entries) -> {
          if (entries.values().stream().anyMatch(entry -> entry.position() != null)) {
            names.add(name);
          }
        });
    return names;
  }

  /** Records that say the same. */
  BatchBuilder records() {
    var records = new BatchBuilder();
    for (String group : names()) {
      of(group)
          .forEach(
              (partition, position) ->
                  CompactedSnapshot.add(
                      records,
                      OffsetRecords.key(group, partition),
                      OffsetRecords.value(position, 0)));
    }
    return records;
  }

  /** What a record of the offsets topic says; empty if it is about something else. */
  static Optional<Update> parse(byte[] key, byte @Nullable [] value, long recordOffset) {
    return OffsetRecords.parseKey(key)
        .map(
            parsed ->
                new Update(
                    parsed, value == null ? null : OffsetRecords.parseValue(value), recordOffset));
  }
}
