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
   * So many that at most {@code countMax} messages remain. It reads what it finds.
   *
   * @throws IllegalArgumentException if {@code countMax} is negative
   */
  public static Policy byCount(long countMax) {
    if (countMax < 0) {
      throw new IllegalArgumentException("countMax cannot be negative, was " + countMax);
    }
    return log -> {
      var excess =
          new Object() {
            long left = log.stat().messages() - countMax;
          };
      return upToFirst(log, message -> excess.left-- <= 0);
    };
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
