package io.headwater.log.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.Deleted;
import io.headwater.log.Log;
import io.headwater.log.LogCursor;
import io.headwater.log.LogOptions;
import io.headwater.log.Message;
import io.headwater.log.OffsetSet;
import io.headwater.log.segment.Segment;
import io.headwater.log.storage.CorruptLogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import io.headwater.log.testing.ManualClock;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A damaged part of a log stops no policy and no deletion. */
@ParameterizedClass
@EnumSource
class PolicyDamageTest {
  private static final Path FOLDER = Path.of("data", "orders-0");
  private static final int MESSAGES = 60;

  /** What of the third segment, which has the offsets 10 to 14, is no longer what was written. */
  enum Damaged {
    /** The value of message 12. */
    RECORD(12, 13),
    /** The length in the header of message 12. */
    LENGTH(12, 13),
    /** All bytes. */
    SEGMENT(10, 15);

    final long from;
    final long to;

    Damaged(long from, long to) {
      this.from = from;
      this.to = to;
    }
  }

  @Parameter
  @SuppressWarnings("NullAway.Init")
  Damaged damaged;

  private final Storage storage = Storage.memory();
  private final ManualClock clock = new ManualClock(10 * MESSAGES);
  private final LogOptions options =
      LogOptions.builder().clock(clock).segmentBytes(400).indexIntervalBytes(100).build();

  /** Messages of 77 bytes at the times 0, 10, 20, ..., five in a segment. */
  @BeforeEach
  void writeAndDamage() {
    try (Log log = Log.open(storage, FOLDER, options)) {
      for (int i = 0; i < MESSAGES; i++) {
        byte[] key = ("k" + i % 7).getBytes(UTF_8);
        log.publish(
            Message.of(key, "value %03d".formatted(i).getBytes(UTF_8)).withTimestamp(10L * i));
      }
    }
    Path third = Segment.path(FOLDER, 10);
    assertThat(storage.exists(third)).isTrue();
    try (StorageFile file = storage.open(third)) {
      int size = (int) file.size();
      int batch = size / 5;
      switch (damaged) {
        case RECORD -> file.write(3L * batch - 2, new byte[] {1}, 0, 1);
        case LENGTH -> file.write(2L * batch + 8, new byte[] {0x7f, 1, 2, 3}, 0, 4);
        case SEGMENT -> file.write(0, new byte[size], 0, size);
      }
    }
  }

  private Log open() {
    return Log.open(storage, FOLDER, options);
  }

  /** The offsets that can be read. */
  private static List<Long> offsets(Log log) {
    var offsets = new ArrayList<Long>();
    LogCursor cursor = log.cursor(Log.OLDEST);
    while (true) {
      try {
        if (!cursor.next()) {
          return offsets;
        }
        offsets.add(cursor.offset());
      } catch (CorruptLogException e) {
        assertThat(e.offsetAfter()).isPresent();
      }
    }
  }

  private List<Long> readable(long from) {
    return LongStream.range(from, MESSAGES)
        .filter(offset -> offset < damaged.from || offset >= damaged.to)
        .boxed()
        .toList();
  }

  @Test
  void trimmingGoesOverIt() {
    try (Log log = open()) {
      assertThat(offsets(log)).isEqualTo(readable(0));
      Deleted deleted = Trim.byOffset(40).apply(log);
      assertThat(deleted.offsets()).isEqualTo(OffsetSet.range(0, 40));
      assertThat(offsets(log)).isEqualTo(readable(40));
      assertThat(storage.exists(Segment.path(FOLDER, 10))).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 13, 14, 22})
  void aTrimThatEndsBesideItLeavesWhatIsWanted(long end) {
    try (Log log = open()) {
      Trim.byOffset(end).apply(log);
      assertThat(offsets(log)).isEqualTo(readable(end));
      assertThat(Trim.byOffset(end).apply(log).offsets().isEmpty()).isTrue();
      assertThat(log.publish(null, null)).isEqualTo(MESSAGES + 1);
    }
    try (Log log = open()) {
      assertThat(offsets(log).subList(0, readable(end).size())).isEqualTo(readable(end));
    }
  }

  @Test
  void trimmingByAgeAndSizeReadsAroundIt() {
    try (Log log = open()) {
      Trim.byAge(Instant.ofEpochMilli(155)).apply(log);
      assertThat(offsets(log)).isEqualTo(readable(16));
    }
    try (Log log = open()) {
      long bytes = log.stat().bytes();
      Trim.bySize(bytes / 2).apply(log);
      assertThat(log.stat().bytes()).isLessThan(bytes / 2);
    }
  }

  @Test
  void aTrimBySizeThatEndsInItsSegment() {
    try (Log log = open()) {
      List<Long> before = offsets(log);
      long firstTwo = log.segments().get(0).bytes() + log.segments().get(1).bytes();
      Trim.bySize(log.stat().bytes() - firstTwo - 100).apply(log);
      assertThat(before).containsAll(offsets(log));
      assertThat(offsets(log).get(0)).isBetween(11L, 15L);
    }
  }

  @Test
  void compactingGoesOverIt() {
    try (Log log = open()) {
      Compact.updates(Instant.ofEpochMilli(10_000)).apply(log);
      assertThat(offsets(log)).isEqualTo(readable(MESSAGES - 7));
      Compact.deletes(Instant.ofEpochMilli(10_000)).apply(log);
      assertThat(offsets(log)).isEqualTo(readable(MESSAGES - 7));
    }
  }

  @Test
  void retentionTakesItsSegment() {
    try (Log log = open()) {
      Retention.ms(10 * MESSAGES - 245, clock).apply(log);
      assertThat(offsets(log)).isEqualTo(readable(25));
      assertThat(storage.exists(Segment.path(FOLDER, 10))).isFalse();
    }
  }

  @Test
  void retentionByBytesTakesItsSegment() {
    try (Log log = open()) {
      long bytes = log.stat().bytes();
      Retention.bytes(bytes / 2).apply(log);
      assertThat(log.stat().bytes()).isBetween(bytes / 2, bytes * 2 / 3);
      assertThat(storage.exists(Segment.path(FOLDER, 10))).isFalse();
    }
  }

  @Test
  void aReadCommittedLogIsOpened() {
    LogOptions committed = options.toBuilder().readCommitted(true).build();
    try (Log log = Log.open(storage, FOLDER, committed)) {
      assertThat(log.nextOffset()).isEqualTo(MESSAGES);
      assertThat(offsets(log)).isEqualTo(readable(0));
      assertThat(log.stat().messages()).isBetween((long) readable(0).size(), (long) MESSAGES);
    }
  }
}
