package io.headwater.log.policy;

import io.headwater.log.Log;
import io.headwater.log.OffsetSet;
import io.headwater.log.SegmentStat;
import java.time.InstantSource;
import java.util.List;

/**
 * The oldest segments may go, by the rules that Kafka has for topics, under its names. Only whole
 * segments go, the one being written too: so what is kept is a little more than was asked for, and
 * nothing is copied.
 */
public final class Retention {
  /** No limit. */
  public static final long UNLIMITED = -1;

  private Retention() {}

  /**
   * As {@code retention.ms}: segments whose newest timestamp is longer ago than that, as long as
   * all before them are. A segment with one message from the future keeps all after it.
   *
   * @param retentionMs milliseconds, or {@link #UNLIMITED}
   * @param clock tells what time it is
   */
  public static Policy ms(long retentionMs, InstantSource clock) {
    ensureLimit("retention.ms", retentionMs);
    return log -> {
      long nowMs = clock.millis();
      long end = -1;
      for (SegmentStat segment : withMessages(log.segments())) {
        boolean young = nowMs - segment.maxTimestampMs() <= retentionMs;
        if (retentionMs < 0 || (segment.messages() > 0 && young)) {
          break;
        }
        end = segment.nextOffset();
      }
      return upTo(log, end);
    };
  }

  /** As {@link #ms(long, InstantSource)}, by the system's clock. */
  public static Policy ms(long retentionMs) {
    return ms(retentionMs, InstantSource.system());
  }

  /**
   * As {@code retention.bytes}: segments without which the log still has at least so many bytes.
   *
   * @param retentionBytes bytes, or {@link #UNLIMITED}
   */
  public static Policy bytes(long retentionBytes) {
    ensureLimit("retention.bytes", retentionBytes);
    return log -> {
      List<SegmentStat> segments = log.segments();
      long excess = segments.stream().mapToLong(SegmentStat::bytes).sum() - retentionBytes;
      long end = -1;
      for (SegmentStat segment : withMessages(segments)) {
        if (retentionBytes < 0 || segment.bytes() > excess) {
          break;
        }
        excess -= segment.bytes();
        end = segment.nextOffset();
      }
      return upTo(log, end);
    };
  }

  /**
   * The segments up to the last that has messages. One before it may have none that can be read,
   * and goes with its neighbours.
   */
  private static List<SegmentStat> withMessages(List<SegmentStat> segments) {
    int end = segments.size();
    while (end > 0 && segments.get(end - 1).messages() == 0) {
      end--;
    }
    return segments.subList(0, end);
  }

  private static void ensureLimit(String name, long limit) {
    if (limit < UNLIMITED) {
      throw new IllegalArgumentException(
          "%s is at least 0, or -1 for no limit; was %d".formatted(name, limit));
    }
  }

  private static OffsetSet upTo(Log log, long end) {
    long first = log.range().from();
    return end <= first ? OffsetSet.EMPTY : OffsetSet.range(first, end);
  }
}
