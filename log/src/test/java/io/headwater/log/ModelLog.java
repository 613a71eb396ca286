package io.headwater.log;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a {@link Log} is: messages by offset, in a map. The oracle of random tests. */
final class ModelLog {
  private final TreeMap<Long, Message> messages = new TreeMap<>();
  private long next;

  ModelLog() {}

  /** A log with these messages. */
  ModelLog(Collection<Message> messages, long next) {
    messages.forEach(message -> this.messages.put(message.offset(), message));
    this.next = next;
  }

  ModelLog copy() {
    return new ModelLog(messages.values(), next);
  }

  long next() {
    return next;
  }

  List<Message> messages() {
    return List.copyOf(messages.values());
  }

  long publish(List<Message> published, long nowMs) {
    for (Message each : published) {
      long timestamp = each.timestampMs() < 0 ? nowMs : each.timestampMs();
      messages.put(next, new Message(next, timestamp, each.key(), each.value(), each.headers()));
      next++;
    }
    return next;
  }

  /** Deletes those that are there, and tells which. */
  OffsetSet delete(OffsetSet offsets) {
    OffsetSet.Builder deleted = OffsetSet.builder();
    for (long offset : List.copyOf(messages.keySet())) {
      if (offsets.contains(offset)) {
        messages.remove(offset);
        deleted.add(offset);
      }
    }
    return deleted.build();
  }

  OffsetRange range() {
    return new OffsetRange(messages.isEmpty() ? next : messages.firstKey(), next);
  }

  private long absolute(long offset) {
    if (offset == Log.NEWEST) {
      return next;
    }
    if (offset == Log.OLDEST) {
      return range().from();
    }
    if (offset < range().from() || offset > next) {
      throw outOfRange(offset);
    }
    return offset;
  }

  private OffsetOutOfRangeException outOfRange(long offset) {
    return new OffsetOutOfRangeException("model", offset, range());
  }

  Consumed consume(long offset, int maxCount) {
    return consume(offset, maxCount, message -> true);
  }

  Consumed consumeByKey(byte @Nullable [] key, long offset, int maxCount) {
    return consume(offset, maxCount, message -> Arrays.equals(message.key(), key));
  }

  private Consumed consume(long offset, int maxCount, Predicate<Message> wanted) {
    var found = new ArrayList<Message>();
    for (Message each : messages.tailMap(absolute(offset)).values()) {
      if (wanted.test(each)) {
        found.add(each);
        if (found.size() == maxCount) {
          return new Consumed(each.offset() + 1, found);
        }
      }
    }
    return new Consumed(next, found);
  }

  Message get(long offset) {
    if (offset == Log.OLDEST || offset == Log.NEWEST) {
      Map.Entry<Long, Message> end =
          offset == Log.OLDEST ? messages.firstEntry() : messages.lastEntry();
      if (end == null) {
        throw outOfRange(offset);
      }
      return end.getValue();
    }
    if (absolute(offset) == next) {
      throw outOfRange(offset);
    }
    Message found = messages.get(offset);
    if (found == null) {
      throw new MessageNotFoundException("model", "message at offset " + offset);
    }
    return found;
  }

  Message getByKey(byte @Nullable [] key) {
    for (Message each : messages.descendingMap().values()) {
      if (Arrays.equals(each.key(), key)) {
        return each;
      }
    }
    throw new MessageNotFoundException("model", "message with that key");
  }

  List<@Nullable Message> getByKeys(List<byte @Nullable []> keys) {
    var found = new ArrayList<@Nullable Message>();
    for (byte[] key : keys) {
      try {
        found.add(getByKey(key));
      } catch (MessageNotFoundException e) {
        found.add(null);
      }
    }
    return found;
  }

  Message getByTime(long timestampMs) {
    for (Message each : messages.values()) {
      if (each.timestampMs() >= timestampMs) {
        return each;
      }
    }
    if (messages.isEmpty()) {
      throw outOfRange(Log.OLDEST);
    }
    throw new MessageNotFoundException("model", "message at that time");
  }
}
