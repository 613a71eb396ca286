package io.headwater.log.policy;

import io.headwater.log.DeleteBackoff;
import io.headwater.log.Deleted;
import io.headwater.log.Log;
import io.headwater.log.Message;
import io.headwater.log.OffsetRange;
import io.headwater.log.OffsetSet;
import io.headwater.log.record.Timestamps;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Messages may go that a table of each key's last value does not need. The null key is a key like
 * any other. No key index is needed; what is found is told exactly, since whole keys are compared.
 *
 * <p>Finding any forces the log to disk. So a power cut never leaves a key without its last synced
 * value, or a newer one.
 *
 * <p><b>Memory.</b> Finding holds at most {@code keysMax} keys at a time, about 130 bytes and the
 * key's own for each, and 16 bytes for each run of offsets that it finds. A log with more keys is
 * read again from its start for each further {@code keysMax} of them.
 */
public final class Compact {
  /** So many keys are held at a time, unless told otherwise. */
  public static final int KEYS_MAX = 500_000;

  private Compact() {}

  /**
   * Messages that a later one of the same key replaces; of each key the last stays. Messages newer
   * than {@code before} count for nothing: they neither go nor replace.
   */
  public static Policy updates(Instant before) {
    return updates(before, KEYS_MAX);
  }

  /** As {@link #updates(Instant)}, with at most so many keys in memory. */
  public static Policy updates(Instant before, int keysMax) {
    ensurePositive(keysMax);
    return log -> new Updates(log, Timestamps.floor(before), keysMax).find();
  }

  /**
   * Messages with a null value, which say that their key is deleted, where no older message of the
   * key is left in the log: nothing has to be told about the key any more. Those newer than {@code
   * before} stay, so that readers have time to see them. {@link #updates} comes first.
   */
  public static Policy deletes(Instant before) {
    return deletes(before, KEYS_MAX);
  }

  /** As {@link #deletes(Instant)}, with at most so many keys in memory. */
  public static Policy deletes(Instant before, int keysMax) {
    ensurePositive(keysMax);
    return log -> new Deletes(log, Timestamps.floor(before), keysMax).find();
  }

  /**
   * Compacts a log: {@link #updates} of messages that are older than an age, then {@link #deletes}
   * of those older than twice that, and releases what the reading held.
   */
  public static Deleted run(Log log, Instant now, Duration age, DeleteBackoff backoff) {
    Deleted updates = updates(minus(now, age)).apply(log, backoff);
    Deleted deletes = deletes(minus(minus(now, age), age)).apply(log, backoff);
    log.gc(Duration.ZERO);
    return updates.plus(deletes);
  }

  /** The earlier time; the first or the last there is where that is further away. */
  private static Instant minus(Instant time, Duration age) {
    try {
      return time.minus(age);
    } catch (DateTimeException | ArithmeticException e) {
      return age.isNegative() ? Instant.MAX : Instant.MIN;
    }
  }

  private static void ensurePositive(int keysMax) {
    if (keysMax <= 0) {
      throw new IllegalArgumentException("keysMax must be positive, was " + keysMax);
    }
  }

  /** Some keys of a log, with an offset for each, for one section of the log after the other. */
  private abstract static class Sections {
    final Log log;
    final long beforeMs;
    final int keysMax;
    final Map<@Nullable ByteBuffer, Long> offsets = new HashMap<>();
    final OffsetSet.Builder found = OffsetSet.builder();

    /** Where the section ends: the log's end, or where there was a key too many. */
    long end;

    Sections(Log log, long beforeMs, int keysMax) {
      this.log = log;
      this.beforeMs = beforeMs;
      this.keysMax = keysMax;
    }

    OffsetSet find() {
      OffsetRange all = log.range();
      for (long from = all.from(); from < all.to(); from = end) {
        offsets.clear();
        end = all.to();
        Messages.forEach(log, new OffsetRange(from, all.to()), this::takeUp);
        lookBack(new OffsetRange(all.from(), from));
      }
      OffsetSet unneeded = found.build();
      if (!unneeded.isEmpty()) {
        log.sync(); // a deletion is forced: no power cut may take what replaces the deleted
      }
      return unneeded;
    }

    /** Takes up a message of the section; false if its key is too much, which ends it. */
    abstract boolean takeUp(Message message);

    /** Looks at the messages before the section with what is known of it. */
    abstract void lookBack(OffsetRange before);

    final boolean isOld(Message message) {
      return message.timestampMs() <= beforeMs;
    }

    final boolean endsWith(Message message) {
      if (offsets.size() == keysMax) {
        end = message.offset();
        return true;
      }
      return false;
    }

    static @Nullable ByteBuffer key(Message message) {
      byte[] key = message.key();
      return key == null ? null : ByteBuffer.wrap(key);
    }
  }

  private static final class Updates extends Sections {
    Updates(Log log, long beforeMs, int keysMax) {
      super(log, beforeMs, keysMax);
    }

    @Override
    boolean takeUp(Message message) {
      if (!isOld(message)) {
        return true;
      }
      ByteBuffer key = key(message);
      Long replaced = offsets.get(key);
      if (replaced == null && endsWith(message)) {
        return false;
      }
      if (replaced != null) {
        found.add(replaced);
      }
      offsets.put(key, message.offset());
      return true;
    }

    @Override
    void lookBack(OffsetRange before) {
      Messages.forEach(
          log,
          before,
          message -> {
            if (isOld(message) && offsets.containsKey(key(message))) {
              found.add(message.offset());
            }
            return true;
          });
    }
  }

  private static final class Deletes extends Sections {
    Deletes(Log log, long beforeMs, int keysMax) {
      super(log, beforeMs, keysMax);
    }

    @Override
    boolean takeUp(Message message) {
      if (message.value() != null || !isOld(message)) {
        return true;
      }
      ByteBuffer key = key(message);
      if (!offsets.containsKey(key)) {
        if (endsWith(message)) {
          return false;
        }
        offsets.put(key, message.offset());
      }
      return true;
    }

    @Override
    void lookBack(OffsetRange before) {
      // In the section itself, too, a message with a value may come before the key's deletion.
      Messages.forEach(
          log,
          new OffsetRange(before.from(), end),
          message -> {
            Long deletion = offsets.get(key(message));
            if (deletion != null && message.offset() < deletion) {
              offsets.remove(key(message));
            }
            return true;
          });
      offsets.values().forEach(found::add);
    }
  }
}
