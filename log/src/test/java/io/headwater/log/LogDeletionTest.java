package io.headwater.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.storage.LogException;
import io.headwater.log.testing.FaultyStorage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Deleting, and what reading makes of the gaps. */
class LogDeletionTest extends LogContract {
  /** The log as it is, as a view sees it, and as it is after reopening. */
  private void alsoAfterReopening(Log log, Consumer<Log> questions) {
    reading(log, questions);
    log.close();
    try (Log again = open()) {
      questions.accept(again);
    }
  }

  private static Deleted deleteAll(Log log, long... offsets) {
    return log.deleteAll(OffsetSet.of(offsets), DeleteBackoff.NONE);
  }

  @Test
  @DisplayName("KL-082, KL-088, KL-093: what was deleted is told, and stays deleted")
  void whatWasDeletedIsGone() {
    Log log = open();
    publish(log, 10);
    Deleted deleted = deleteAll(log, 2, 5, 6, 70);
    assertThat(deleted.offsets()).isEqualTo(OffsetSet.of(2, 5, 6));
    assertThat(deleted.bytesFreed()).isPositive();
    assertThat(deleteAll(log, 2, 5, 70)).as("once more").isEqualTo(Deleted.NOTHING);
    alsoAfterReopening(
        log,
        each -> {
          for (int maxCount = 1; maxCount < 10; maxCount++) {
            assertThat(offsets(all(each, maxCount))).containsExactly(0L, 1L, 3L, 4L, 7L, 8L, 9L);
          }
          assertThat(each.nextOffset()).isEqualTo(10);
          assertThat(each.stat().messages()).isEqualTo(7);
        });
  }

  @Test
  @DisplayName(
      "KL-007, KL-052, KL-069: a deleted offset: consume goes on at the next, get is not found")
  void aDeletedOffset() {
    Log log = open();
    publish(log, 10);
    deleteAll(log, 3, 4, 9);
    alsoAfterReopening(
        log,
        each -> {
          assertThat(values(each.consume(3, 2))).containsExactly("v5", "v6");
          assertThat(values(each.consume(4, 1))).containsExactly("v5");
          assertThat(value(each.get(5))).isEqualTo("v5");
          for (long offset : new long[] {3, 4, 9}) {
            assertThatThrownBy(() -> each.get(offset))
                .isInstanceOf(MessageNotFoundException.class)
                .hasMessage(
                    "orders-0 has no message at offset %d any more: it was deleted"
                        .formatted(offset));
          }
          assertThat(value(each.get(Log.NEWEST))).isEqualTo("v8");
        });
  }

  @Test
  @DisplayName(
      "KL-053, KL-054: nothing is left up to the end: no messages, and a larger next offset")
  void nothingLeftUpToTheEnd() {
    Log log = open();
    publish(log, 10);
    deleteAll(log, 5, 6, 7, 8, 9);
    alsoAfterReopening(
        log,
        each -> {
          assertThat(each.consume(5, 3)).isEqualTo(new Consumed(10, List.of()));
          assertThat(each.consume(9, 3)).isEqualTo(new Consumed(10, List.of()));
          assertThat(each.consume(10, 3)).isEqualTo(new Consumed(10, List.of()));
          assertThat(value(each.get(Log.NEWEST))).isEqualTo("v4");
        });
  }

  @Test
  @DisplayName(
      "KL-050, KL-051, KL-068: before the first message that is there, all is out of range")
  void theDeletedBeginning() {
    Log log = open();
    publish(log, 10);
    assertThat(log.range()).isEqualTo(new OffsetRange(0, 10));
    deleteAll(log, 0, 1, 2, 6);
    alsoAfterReopening(
        log,
        each -> {
          assertThat(each.range()).isEqualTo(new OffsetRange(3, 10));
          assertThat(values(each.consume(Log.OLDEST, 1))).containsExactly("v3");
          assertThat(value(each.get(Log.OLDEST))).isEqualTo("v3");
          for (long offset : new long[] {0, 2}) {
            for (Runnable call :
                List.<Runnable>of(() -> each.consume(offset, 1), () -> each.get(offset))) {
              assertThatThrownBy(call::run)
                  .isInstanceOfSatisfying(
                      OffsetOutOfRangeException.class,
                      e -> assertThat(e.range()).isEqualTo(new OffsetRange(3, 10)));
            }
          }
        });
  }

  @Test
  @DisplayName("KL-044, KL-056, KL-071, KL-092: an emptied log goes on at its next offset")
  void anEmptiedLog() {
    Log log = open();
    publish(log, 7);
    assertThat(value(log.get(Log.OLDEST))).isEqualTo("v0");
    Deleted deleted = log.deleteAll(OffsetSet.range(0, 100), DeleteBackoff.NONE);
    assertThat(deleted.offsets()).isEqualTo(OffsetSet.range(0, 7));
    alsoAfterReopening(
        log,
        each -> {
          assertThat(each.range()).isEqualTo(new OffsetRange(7, 7));
          assertThat(each.consume(Log.OLDEST, 3)).isEqualTo(new Consumed(7, List.of()));
          assertThat(each.consume(Log.NEWEST, 3)).isEqualTo(new Consumed(7, List.of()));
          assertThat(each.consume(7, 3)).isEqualTo(new Consumed(7, List.of()));
          for (long offset : new long[] {Log.OLDEST, Log.NEWEST, 0, 6, 7}) {
            assertThatThrownBy(() -> each.get(offset))
                .isInstanceOf(OffsetOutOfRangeException.class);
          }
          assertThatThrownBy(() -> each.getByTime(0)).isInstanceOf(OffsetOutOfRangeException.class);
          assertThatThrownBy(() -> each.consume(6, 1))
              .isInstanceOf(OffsetOutOfRangeException.class);
          assertThat(each.stat().messages()).isZero();
          assertThat(each.stat().segments()).isEqualTo(1);
        });
    try (Log again = open()) {
      assertThat(again.publish(bytes("k"), bytes("v7"))).isEqualTo(8);
      assertThat(values(again.consume(Log.OLDEST, 3))).containsExactly("v7");
    }
  }

  @Test
  @DisplayName("KL-091: deleting the newest message keeps the next offset")
  void theNewestMessage() {
    Log log = open();
    publish(log, 3);
    assertThat(deleteAll(log, 2).offsets()).isEqualTo(OffsetSet.of(2));
    assertThat(log.nextOffset()).isEqualTo(3);
    assertThat(log.publish(bytes("k"), bytes("v3"))).isEqualTo(4);
    alsoAfterReopening(log, each -> assertThat(offsets(all(each, 2))).containsExactly(0L, 1L, 3L));
  }

  @Test
  @DisplayName("KL-083, KL-084, KL-085: a call deletes in one segment, that of the lowest offset")
  void oneSegmentACall() {
    LogOptions small = options().segmentBytes(300).build();
    try (Log log = Log.open(storage, folder, small)) {
      publish(log, 30);
      List<SegmentStat> segments = log.segments();
      assertThat(segments).hasSizeGreaterThan(3);
      OffsetSet left = OffsetSet.range(0, 30);
      for (SegmentStat segment : segments) {
        Deleted deleted = log.delete(left);
        assertThat(deleted.offsets())
            .isEqualTo(OffsetSet.range(segment.baseOffset(), segment.nextOffset()));
        left = left.minus(deleted.offsets());
      }
      assertThat(left.isEmpty()).isTrue();
      assertThat(log.delete(OffsetSet.range(0, 30))).isEqualTo(Deleted.NOTHING);
    }
  }

  @Test
  @DisplayName("KL-086, KL-087: no offsets, nothing happens; offsets are never negative")
  void noOffsets() {
    try (Log log = open()) {
      assertThat(log.delete(OffsetSet.EMPTY)).isEqualTo(Deleted.NOTHING);
      publish(log, 3);
      assertThat(log.delete(OffsetSet.EMPTY)).isEqualTo(Deleted.NOTHING);
      assertThat(log.deleteAll(OffsetSet.EMPTY, DeleteBackoff.NONE)).isEqualTo(Deleted.NOTHING);
      assertThat(log.delete(OffsetSet.of(3, 50))).isEqualTo(Deleted.NOTHING);
      assertThat(all(log, 5)).hasSize(3);
      assertThatThrownBy(() -> log.delete(OffsetSet.of(Log.OLDEST)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  @DisplayName("KL-008, KL-020: a read-only log refuses to delete, even nothing")
  void readOnly() {
    try (Log log = open()) {
      publish(log, 3);
      try (Log view = view()) {
        for (Runnable call :
            List.<Runnable>of(
                () -> view.delete(OffsetSet.of(1)),
                () -> view.delete(OffsetSet.EMPTY),
                () -> view.deleteAll(OffsetSet.EMPTY, DeleteBackoff.NONE))) {
          assertThatThrownBy(call::run).isInstanceOf(ReadOnlyLogException.class);
        }
      }
      assertThat(all(log, 5)).hasSize(3);
    }
  }

  @Test
  @DisplayName("KL-089, KL-090: the bytes told are those that left the disk; empty segments go")
  void bytesThatLeftTheDisk() {
    Log log = open();
    publish(log, 40);
    log.close();
    long before = sizeOnDisk(storage, folder);
    long freed = 0;
    try (Log again = open()) {
      Deleted some = deleteAll(again, LongStream.range(0, 30).filter(i -> i % 3 != 0).toArray());
      assertThat(some.bytesFreed()).isPositive();
      Deleted more = again.deleteAll(OffsetSet.range(0, 20), DeleteBackoff.NONE);
      freed = some.bytesFreed() + more.bytesFreed();
    }
    assertThat(before - sizeOnDisk(storage, folder)).isEqualTo(freed);
    try (Log again = open()) {
      assertThat(again.range().from()).isEqualTo(21);
      assertThat(again.stat().bytes()).isEqualTo(sizeOnDisk(storage, folder));
      int segments = again.stat().segments();
      again.deleteAll(OffsetSet.range(0, 40), DeleteBackoff.NONE);
      assertThat(again.stat()).isEqualTo(new LogStat(1, 0, 0));
      assertThat(segments).isPositive();
    }
  }

  @Test
  @DisplayName("KL-094: deleteAll goes through all segments, with a pause between two of them")
  void allSegments() {
    LogOptions small = options().segmentBytes(300).build();
    try (Log log = Log.open(storage, folder, small)) {
      publish(log, 30);
      int segments = log.stat().segments();
      var left = new ArrayList<Long>();
      Deleted deleted =
          log.deleteAll(OffsetSet.range(0, 30), () -> left.add(log.stat().messages()));
      assertThat(deleted.offsets()).isEqualTo(OffsetSet.range(0, 30));
      assertThat(left).hasSize(segments - 1).isSortedAccordingTo((a, b) -> Long.compare(b, a));
      assertThat(left).doesNotHaveDuplicates().doesNotContain(0L, 30L);
    }
  }

  @Test
  @DisplayName("KL-095: where it fails, what was deleted so far is told with the error")
  void partialResults() {
    LogOptions small = options().segmentBytes(300).build();
    var disk = new FaultyStorage(3);
    Log log = Log.open(disk, folder, small.toBuilder().executor(Runnable::run).build());
    publish(log, 30);
    OffsetRange first = new OffsetRange(0, log.segments().get(0).nextOffset());
    assertThatThrownBy(
            () ->
                log.deleteAll(
                    OffsetSet.range(0, 30),
                    () -> {
                      throw new IllegalStateException("no more today");
                    }))
        .isInstanceOfSatisfying(
            DeleteFailedException.class,
            e -> {
              assertThat(e.deleted().offsets())
                  .isEqualTo(OffsetSet.range(first.from(), first.to()));
              assertThat(e.deleted().bytesFreed()).isPositive();
            })
        .hasMessageContaining(
            "the deletion ended after %d messages: no more today".formatted(first.size()))
        .hasCauseInstanceOf(IllegalStateException.class);
    assertThat(log.range().from()).isEqualTo(first.to());
    assertThatThrownBy(
            () -> log.deleteAll(OffsetSet.range(0, 30), () -> disk.failForces(file -> true)))
        .isInstanceOfSatisfying(
            DeleteFailedException.class,
            e -> assertThat(e.deleted().offsets().first()).isEqualTo(first.to()))
        .hasCauseInstanceOf(LogException.class);
  }

  @Test
  @DisplayName("KL-096: a pause can be a sleep; an interrupt ends it and is not lost")
  void interrupted() {
    try (Log log = Log.open(storage, folder, options().segmentBytes(300).build())) {
      publish(log, 30);
      assertThat(log.delete(OffsetSet.of(29)).offsets()).isEqualTo(OffsetSet.of(29));
      Thread.currentThread().interrupt();
      assertThatThrownBy(
              () -> log.deleteAll(OffsetSet.range(0, 29), DeleteBackoff.of(Duration.ofDays(1))))
          .isInstanceOf(DeleteFailedException.class)
          .hasMessageContaining("interrupted")
          .hasCauseInstanceOf(InterruptedException.class);
      assertThat(Thread.interrupted()).as("the thread is interrupted still").isTrue();
      long from = log.range().from();
      assertThat(from).as("the first segment went").isPositive();
      assertThat(log.deleteAll(OffsetSet.range(0, 29), DeleteBackoff.of(Duration.ZERO)).offsets())
          .isEqualTo(OffsetSet.range(from, 29));
    }
  }
}
