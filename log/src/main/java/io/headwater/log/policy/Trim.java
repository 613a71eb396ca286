package io.headwater.log.policy;

import io.headwater.log.Log;
import io.headwater.log.Message;
import io.headwater.log.OffsetRange;
import io.headwater.log.OffsetSet;
import io.headwater.log.SegmentStat;
import io.headwater.log.record.Timestamps;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/**
 * The oldest messages may go: all from the first one up to some offset. What is found is one range,
 * so it takes no memory, and deleting it is cheap: of all segments but the last it touches, the
 * files go as they are.
 */
public final class Trim {
  private Trim() {}

  /**
   * Those before the first message that is newer than a time. It reads what it finds; a time index
   * is not needed.
   */
  public static Policy byAge(Instant before) {
    long beforeMs = Timestamps.floor(before);
    return log -> upToFirst(log, message -> message.timestampMs() > beforeMs);
  }

  /**
   * So many that at most {@code countMax} messages remain. It counts from the end, by the headers
   * of batches, and reads the one segment where what remains begins; a read-committed log, of which
   * only the messages that it shows count, from there on.
   *
   * @throws IllegalArgumentException if {@code countMax} is negative
   */
  public static Policy byCount(long countMax) {
    if (countMax < 0) {
      throw new IllegalArgumentException("countMax cannot be negative, was " + countMax);
    }
    return log -> {
      List<SegmentStat> segments = log.segments();
      OffsetRange all = log.range();
      long kept = 0;
      for (int i = segments.size() - 1; i >= 0; i--) {
        SegmentStat segment = segments.get(i);
        if (!log.readCommitted() && kept + segment.messages() <= countMax) {
          kept += segment.messages();
          continue;
        }
        OffsetSet shown = offsets(log, segment);
        if (kept + shown.count() > countMax) {
          return upTo(all, endOfLowest(shown, shown.count() - (countMax - kept)));
        }
        kept += shown.count();
      }
      return OffsetSet.EMPTY;
    };
  }

  /** The offsets of the messages that a segment has now. */
  private static OffsetSet offsets(Log log, SegmentStat segment) {
    OffsetSet.Builder offsets = OffsetSet.builder();
    Messages.forEach(
        log,
        new OffsetRange(segment.baseOffset(), segment.nextOffset()),
        message -> {
          offsets.add(message.offset());
          return true;
        });
    return offsets.build();
  }

  /** The offset after so many of the lowest of a set, which are at least one and are there. */
  private static long endOfLowest(OffsetSet offsets, long count) {
    long left = count;
    long end = -1;
    for (OffsetRange range : offsets.ranges()) {
      end = Math.min(range.to(), range.from() + left);
      left -= end - range.from();
      if (left == 0) {
        break;
      }
    }
    return end;
  }

  /** Those before an offset; none for {@link Log#OLDEST}, all for {@link Log#NEWEST}. */
  public static Policy byOffset(long before) {
    return log -> {
      OffsetRange all = log.range();
      long end = before == Log.NEWEST ? all.to() : Math.min(before, all.to());
      return upTo(all, end);
    };
  }

  /**
   * So many that the size of the log's segments in bytes, their indexes included, becomes less than
   * {@code bytes}; a key index comes on top. It reads one segment, since a message's share of the
   * bytes of its batch is not known without.
   *
   * @throws IllegalArgumentException if {@code bytes} is negative
   */
  public static Policy bySize(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes cannot be negative, was " + bytes);
    }
    return log -> {
      OffsetRange all = log.range();
      List<SegmentStat> segments = log.segments();
      long excess = segments.stream().mapToLong(SegmentStat::bytes).sum() - bytes;
      for (SegmentStat segment : segments) {
        if (excess < 0) {
          return upTo(all, segment.baseOffset());
        }
        if (excess < segment.bytes()) {
          return upTo(all, endOf(log, segment, excess));
        }
        excess -= segment.bytes();
      }
      return upTo(all, all.to());
    };
  }

  /** Where in a segment more than some of its bytes are behind, each message taking its share. */
  private static long endOf(Log log, SegmentStat segment, long bytes) {
    var sizes =
        new Object() {
          long all;
          long behind;
          long end = segment.nextOffset();
        };
    var range = new OffsetRange(segment.baseOffset(), segment.nextOffset());
    Messages.forEach(
        log,
        range,
        message -> {
          sizes.all += log.size(message);
          return true;
        });
    Messages.forEach(
        log,
        range,
        message -> {
          sizes.behind += log.size(message);
          sizes.end = message.offset() + 1;
          return (double) sizes.behind / sizes.all * segment.bytes() <= bytes;
        });
    return sizes.end;
  }

  private static OffsetSet upToFirst(Log log, Predicate<Message> kept) {
    OffsetRange all = log.range();
    var end =
        new Object() {
          long offset = all.to();
        };
    Messages.forEach(
        log,
        all,
        message -> {
          if (kept.test(message)) {
            end.offset = message.offset();
            return false;
          }
          return true;
        });
    return upTo(all, end.offset);
  }

  private static OffsetSet upTo(OffsetRange all, long end) {
    return OffsetSet.range(all.from(), Math.max(all.from(), end));
  }
}
