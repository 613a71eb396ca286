package io.headwater.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.storage.FolderInUseException;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.testing.FaultyStorage;
import io.headwater.serde.Headers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Publishing and reading: every rule that needs no key and no deletion. */
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LogContractTest extends LogContract {

  private static void assertOutOfRange(Runnable call, long offset, long from, long to) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            OffsetOutOfRangeException.class,
            e -> {
              assertThat(e.offset()).isEqualTo(offset);
              assertThat(e.range()).isEqualTo(new OffsetRange(from, to));
            })
        .hasMessageContaining("orders-0");
  }

  @Nested
  class Publishing {
    @Test
    @DisplayName("KL-003, KL-004: OLDEST is -2, NEWEST -1; no offset stands for an error")
    void theNumbersOfTheEnds() {
      assertThat(Log.OLDEST).isEqualTo(-2);
      assertThat(Log.NEWEST).isEqualTo(-1);
      try (Log log = open()) {
        publish(log, 2);
        reading(
            log,
            each -> {
              assertOutOfRange(() -> each.consume(-3, 1), -3, 0, 2);
              assertOutOfRange(() -> each.get(-3), -3, 0, 2);
              assertOutOfRange(() -> each.get(Long.MIN_VALUE), Long.MIN_VALUE, 0, 2);
            });
      }
    }

    @Test
    @DisplayName("KL-037, KL-042: publishing returns the next offset, which begins at 0")
    void publishingReturnsTheNextOffset() {
      try (Log log = open()) {
        assertThat(log.nextOffset()).isZero();
        assertThat(log.publish(bytes("k"), bytes("v"))).isEqualTo(1);
        assertThat(log.publish(message("k", "v"))).isEqualTo(2);
        assertThat(log.publish(listOf(message("a", "1"), message("b", "2"), message("c", "3"))))
            .isEqualTo(5);
        reading(log, each -> assertThat(each.nextOffset()).isEqualTo(5));
        assertThat(log.range()).isEqualTo(new OffsetRange(0, 5));
      }
    }

    @Test
    @DisplayName("KL-010: a message is read with the offset, time, key, value and headers it got")
    void whatIsPublishedIsRead() {
      var headers =
          Headers.EMPTY.add("trace", bytes("7")).add("trace", null).add("größe", bytes(""));
      var published = new ArrayList<Message>();
      for (byte[] key : new byte[][] {null, bytes(""), bytes("key")}) {
        for (byte[] value : new byte[][] {null, bytes(""), bytes("value")}) {
          published.add(new Message(published.size(), 5, key, value, Headers.EMPTY));
          published.add(new Message(published.size(), 7, key, value, headers));
        }
      }
      try (Log log = open()) {
        log.publish(published.subList(0, 9));
        published.subList(9, published.size()).forEach(log::publish);
        reading(log, each -> assertThat(all(each, 4)).isEqualTo(published));
      }
      try (Log log = open()) {
        reading(log, each -> assertThat(all(each, 100)).isEqualTo(published));
      }
    }

    @Test
    @DisplayName("KL-038: a message's own offset is ignored")
    void theOwnOffsetIsIgnored() {
      try (Log log = open()) {
        log.publish(
            listOf(
                new Message(70, 5, null, bytes("a"), Headers.EMPTY),
                new Message(-7, 5, null, bytes("b"), Headers.EMPTY)));
        log.publish(new Message(3, 5, null, bytes("c"), Headers.EMPTY));
        assertThat(offsets(all(log, 10))).containsExactly(0L, 1L, 2L);
      }
    }

    @Test
    @DisplayName("KL-039: without a timestamp it gets the clock's; 1970 is a time like any other")
    void theClockGivesTheTimeThatIsMissing() {
      try (Log log = open()) {
        log.publish(bytes("k"), bytes("v"));
        log.publish(listOf(message("k", "v"), message("k", "v").withTimestamp(0)));
        clock.set(2_000_000);
        log.publish(message("k", "v"));
        log.publish(message("k", "v").withTimestamp(Message.NO_TIMESTAMP));
        log.publish(message("k", "v").withTimestamp(3));
        assertThat(all(log, 10))
            .extracting(Message::timestampMs)
            .containsExactly(1_000_000L, 1_000_000L, 0L, 2_000_000L, 2_000_000L, 3L);
        assertThatThrownBy(() -> log.publish(message("k", "v").withTimestamp(-2)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("timestamp is -2");
        assertThatThrownBy(
                () ->
                    log.publish(
                        listOf(message("k", "v"), message("k", "v").withTimestamp(Long.MIN_VALUE))))
            .isInstanceOf(IllegalArgumentException.class);
        assertThat(log.publish(message("k", "last"))).as("nothing of those").isEqualTo(7);
        assertThat(value(log.get(6))).isEqualTo("last");
      }
    }

    @Test
    @DisplayName("KL-041: publishing no messages writes nothing and returns the next offset")
    void noMessages() {
      try (Log log = open()) {
        assertThat(log.publish(List.of())).isZero();
        publish(log, 2);
        assertThat(log.publish(List.of())).isEqualTo(2);
        assertThat(all(log, 10)).hasSize(2);
      }
    }

    @Test
    @DisplayName("KL-013: a message over the limit is refused, naming both sizes")
    void tooLargeMessages() {
      try (Log log = Log.open(storage, folder, options().messageBytesMax(1_000).build())) {
        byte[] key = bytes("k");
        log.publish(key, new byte[999]);
        var one = message("k", "v").withHeaders(Headers.EMPTY.add("name", new byte[994]));
        log.publish(one);
        for (Runnable publish :
            List.<Runnable>of(
                () -> log.publish(key, new byte[1_000]),
                () -> log.publish(one.withHeaders(Headers.EMPTY.add("name", new byte[995]))),
                () -> log.publish(listOf(message("a", "b"), Message.of(null, new byte[1_001]))))) {
          assertThatThrownBy(publish::run)
              .isInstanceOfSatisfying(
                  MessageTooLargeException.class,
                  e -> {
                    assertThat(e.bytes()).isEqualTo(1_001);
                    assertThat(e.bytesMax()).isEqualTo(1_000);
                  })
              .hasMessage(
                  "orders-0 takes messages of up to 1000 bytes, this one has 1001: raise messageBytesMax, or publish it in parts");
        }
        assertThat(log.nextOffset()).as("nothing was written").isEqualTo(2);
        assertThat(log.publish(key, bytes("on"))).isEqualTo(3);
      }
    }

    @Test
    @DisplayName("several messages of more than 1 MiB are refused, one of them is not")
    void tooLargeBatches() {
      try (Log log = open()) {
        Message half = Message.of(null, new byte[600 << 10]);
        assertThatThrownBy(() -> log.publish(listOf(half, half, half)))
            .isInstanceOfSatisfying(
                MessageTooLargeException.class,
                e -> {
                  assertThat(e.bytes()).isGreaterThan(1_200 << 10);
                  assertThat(e.bytesMax()).isEqualTo(1 << 20);
                })
            .hasMessageContaining("the first 2 of 3 make");
        assertThat(log.nextOffset()).isZero();
        assertThat(log.publish(Message.of(null, new byte[3 << 20]))).isEqualTo(1);
        assertThat(log.publish(listOf(Message.of(null, new byte[3 << 20])))).isEqualTo(2);
        assertThat(log.publish(half)).isEqualTo(3);
        reading(
            log,
            each ->
                assertThat(all(each, 10))
                    .extracting(message -> message.value() == null ? -1 : message.value().length)
                    .containsExactly(3 << 20, 3 << 20, 600 << 10));
      }
    }

    @Test
    @DisplayName("KL-008, KL-019, KL-020, KL-043: a read-only log refuses to publish, even nothing")
    void readOnly() {
      try (Log log = open()) {
        publish(log, 1);
        try (Log view = view()) {
          for (Runnable publish :
              List.<Runnable>of(
                  () -> view.publish(List.of()),
                  () -> view.publish(listOf(message("k", "v"))),
                  () -> view.publish(message("k", "v")),
                  () -> view.publish(null, null))) {
            assertThatThrownBy(publish::run)
                .isInstanceOf(ReadOnlyLogException.class)
                .isInstanceOf(LogException.class)
                .hasMessageContaining("open for reading only");
          }
        }
        assertThat(log.nextOffset()).isEqualTo(1);
      }
    }
  }

  @Nested
  class Consuming {
    @Test
    @DisplayName("KL-045, KL-054, KL-058: at most maxCount, in order, and where to go on")
    void inPortionsOfAnySize() {
      try (Log log = open()) {
        publish(log, 10);
        log.publish(listOf(message("a", "v10"), message("b", "v11"), message("c", "v12")));
        reading(
            log,
            each -> {
              for (int maxCount = 1; maxCount < 15; maxCount++) {
                assertThat(offsets(all(each, maxCount)))
                    .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L);
              }
              for (long offset = 0; offset < 13; offset++) {
                Consumed consumed = each.consume(offset, 1);
                assertThat(values(consumed)).containsExactly("v" + offset);
                assertThat(consumed.nextOffset()).isEqualTo(offset + 1);
              }
              Consumed rest = each.consume(11, 5);
              assertThat(values(rest)).containsExactly("v11", "v12");
              assertThat(rest.nextOffset()).isEqualTo(13);
            });
      }
    }

    @Test
    @DisplayName("KL-001, KL-046: OLDEST is the first message; of an empty log there is none")
    void oldest() {
      try (Log log = open()) {
        reading(log, each -> assertThat(each.consume(Log.OLDEST, 3)).isEqualTo(nothing(0)));
        publish(log, 5);
        reading(
            log,
            each -> {
              Consumed consumed = each.consume(Log.OLDEST, 3);
              assertThat(values(consumed)).containsExactly("v0", "v1", "v2");
              assertThat(consumed.nextOffset()).isEqualTo(3);
            });
      }
    }

    @Test
    @DisplayName("KL-002, KL-047, KL-048: at the end there is nothing, and the next offset is told")
    void theEnd() {
      try (Log log = open()) {
        reading(
            log,
            each -> {
              assertThat(each.consume(Log.NEWEST, 3)).isEqualTo(nothing(0));
              assertThat(each.consume(0, 3)).isEqualTo(nothing(0));
            });
        publish(log, 5);
        reading(
            log,
            each -> {
              assertThat(each.consume(Log.NEWEST, 3)).isEqualTo(nothing(5));
              assertThat(each.consume(5, 3)).isEqualTo(nothing(5));
            });
      }
    }

    @Test
    @DisplayName(
        "KL-005, KL-049, KL-057: any other offset is out of range; the error names the range")
    void outOfRange() {
      try (Log log = open()) {
        reading(
            log,
            each -> {
              assertOutOfRange(() -> each.consume(1, 3), 1, 0, 0);
              assertOutOfRange(() -> each.consume(-3, 3), -3, 0, 0);
            });
        publish(log, 5);
        reading(
            log,
            each -> {
              for (long offset : new long[] {6, 7, Long.MAX_VALUE, -3, -4, Long.MIN_VALUE}) {
                assertOutOfRange(() -> each.consume(offset, 3), offset, 0, 5);
              }
            });
      }
    }

    @Test
    @DisplayName("a limit in bytes ends an answer early, but never before one message")
    void bytesMax() {
      try (Log log = open()) {
        for (int size : new int[] {100, 200, 5_000, 50, 50}) {
          log.publish(null, new byte[size]);
        }
        reading(
            log,
            each -> {
              assertThat(offsets(each.consume(0, 10, 1).messages())).containsExactly(0L);
              assertThat(offsets(each.consume(0, 10, 250).messages())).containsExactly(0L);
              assertThat(offsets(each.consume(0, 10, 330).messages())).containsExactly(0L, 1L);
              assertThat(offsets(each.consume(0, 1, 330).messages())).containsExactly(0L);
              Consumed large = each.consume(2, 10, 100);
              assertThat(offsets(large.messages())).containsExactly(2L);
              assertThat(large.nextOffset()).isEqualTo(3);
              assertThat(offsets(each.consume(0, 10, 1 << 20).messages())).hasSize(5);
            });
      }
    }

    @Test
    @DisplayName("a count or a size below 1 is refused")
    void nothingWanted() {
      try (Log log = open()) {
        assertThatThrownBy(() -> log.consume(0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> log.consume(0, 1, 0)).isInstanceOf(IllegalArgumentException.class);
      }
    }

    private static Consumed nothing(long nextOffset) {
      return new Consumed(nextOffset, List.of());
    }
  }

  @Nested
  class Getting {
    @Test
    @DisplayName("KL-065: each message by its offset")
    void byOffset() {
      try (Log log = open()) {
        publish(log, 4);
        log.publish(listOf(message("a", "v4"), message("b", "v5"), message("c", "v6")));
        reading(
            log,
            each -> {
              for (long offset = 6; offset >= 0; offset--) {
                assertThat(value(each.get(offset))).isEqualTo("v" + offset);
                assertThat(each.get(offset).offset()).isEqualTo(offset);
              }
            });
      }
    }

    @Test
    @DisplayName("KL-066: OLDEST gets the first message, NEWEST the last")
    void theEnds() {
      try (Log log = open()) {
        for (int count = 1; count < 6; count++) {
          publish(log, 1);
          long last = log.nextOffset() - 1;
          reading(
              log,
              each -> {
                assertThat(value(each.get(Log.OLDEST))).isEqualTo("v0");
                assertThat(value(each.get(Log.NEWEST))).isEqualTo("v" + last);
              });
        }
      }
    }

    @Test
    @DisplayName("KL-066, KL-067: an empty log has no message at all")
    void emptyLog() {
      try (Log log = open()) {
        reading(
            log,
            each -> {
              for (long offset : new long[] {Log.OLDEST, Log.NEWEST, 0, 1, -3}) {
                assertOutOfRange(() -> each.get(offset), offset, 0, 0);
              }
              assertThatThrownBy(() -> each.get(Log.OLDEST))
                  .hasMessage(
                      "orders-0 is empty, it has no record at OLDEST; the next one gets offset 0");
            });
      }
    }

    @Test
    @DisplayName(
        "KL-068, KL-070: the next offset, and what is past it or negative, is out of range")
    void outOfRange() {
      try (Log log = open()) {
        publish(log, 3);
        reading(
            log,
            each -> {
              for (long offset : new long[] {3, 4, Long.MAX_VALUE, -3, Long.MIN_VALUE}) {
                assertOutOfRange(() -> each.get(offset), offset, 0, 3);
              }
            });
      }
    }
  }

  @Nested
  class ByTime {
    @Test
    @DisplayName(
        "KL-022, KL-076, KL-077, KL-078, KL-080: the first message that is not before a time")
    void theFirstThatIsNotBefore() {
      try (Log log = open()) {
        for (long time : new long[] {1_000, 1_010, 1_010, 1_020}) {
          log.publish(message("k", "v" + log.nextOffset()).withTimestamp(time));
        }
        reading(
            log,
            each -> {
              assertByTime(each, 0, 0, 1_000);
              assertByTime(each, Long.MIN_VALUE, 0, 1_000);
              assertByTime(each, 1_000, 0, 1_000);
              assertByTime(each, 1_001, 1, 1_010);
              assertByTime(each, 1_010, 1, 1_010);
              assertByTime(each, 1_011, 3, 1_020);
              assertByTime(each, 1_020, 3, 1_020);
              for (long after : new long[] {1_021, Long.MAX_VALUE}) {
                assertThatThrownBy(() -> each.getByTime(after))
                    .isInstanceOf(MessageNotFoundException.class)
                    .hasMessageContaining("no message at or after the time " + after);
                assertThatThrownBy(() -> each.offsetByTime(after))
                    .isInstanceOf(MessageNotFoundException.class);
              }
              assertThat(each.offsetByTime(Instant.ofEpochMilli(1_010)).offset()).isEqualTo(1);
              assertThat(each.getByTime(Instant.ofEpochMilli(1_010).plusNanos(1)).offset())
                  .isEqualTo(3);
              assertThat(each.getByTime(Instant.ofEpochMilli(1_010).minusNanos(1)).offset())
                  .isEqualTo(1);
            });
      }
    }

    private void assertByTime(Log log, long time, long offset, long timestamp) {
      assertThat(log.offsetByTime(time)).isEqualTo(new OffsetAndTimestamp(offset, timestamp));
      assertThat(log.getByTime(time)).isEqualTo(log.get(offset));
    }

    @Test
    @DisplayName("KL-079: an empty log is out of range")
    void emptyLog() {
      try (Log log = open()) {
        reading(log, each -> assertOutOfRange(() -> each.getByTime(0), Log.OLDEST, 0, 0));
      }
    }

    @Test
    @DisplayName("KL-006, KL-029, KL-078: without a time index it says which to open it with")
    void withoutTheIndex() {
      try (Log log = Log.open(storage, folder, options().timeIndex(false).build())) {
        publish(log, 20);
        for (Runnable call :
            List.<Runnable>of(() -> log.getByTime(0), () -> log.offsetByTime(Instant.EPOCH))) {
          assertThatThrownBy(call::run)
              .isInstanceOf(NoSuchIndexException.class)
              .hasMessageContaining("orders-0")
              .hasMessageContaining("timeIndex");
        }
      }
      assertThat(storage.list(folder)).noneMatch(file -> file.toString().endsWith(".timeindex"));
      try (Log log = open()) {
        publish(log, 1);
        assertByTime(log, 1_007_500, 8, 1_008_000);
      }
    }

    @Test
    @DisplayName("KL-081: times that go backwards resolve to the first offset that is late enough")
    void timesThatGoBackwards() {
      long[] times = {50, 10, 70, 20, 60, 5, 90, 90, 1, 80, 2, 100, 0, 95};
      try (Log log = open()) {
        for (long time : times) {
          log.publish(message(null, "v").withTimestamp(time));
        }
        reading(
            log,
            each -> {
              for (long asked = 0; asked <= 100; asked++) {
                int expected = 0;
                while (times[expected] < asked) {
                  expected++;
                }
                assertByTime(each, asked, expected, times[expected]);
              }
            });
      }
    }
  }

  @Nested
  class Waiting {
    @Test
    @DisplayName("KL-120, KL-121, KL-126, KL-159: at the end it waits for the next message")
    void forTheNextMessage() throws Exception {
      try (Log log = open()) {
        publish(log, 2);
        for (long offset : new long[] {2, Log.NEWEST}) {
          long next = log.nextOffset();
          long from = offset == 2 ? next : offset;
          var one = Elsewhere.waiting(() -> log.consumeBlocking(from, 10, DAY));
          var other = Elsewhere.waiting(() -> log.consumeBlocking(from, 10, forever()));
          log.publish(listOf(message("k", "a"), message("k", "b")));
          assertThat(values(one.result())).containsExactly("a", "b");
          assertThat(other.result()).isEqualTo(one.result());
          assertThat(one.result().nextOffset()).isEqualTo(next + 2);
        }
      }
    }

    @Test
    @DisplayName("KL-046, KL-121: OLDEST of an empty log is its end, so it waits too")
    void oldestOfAnEmptyLog() throws Exception {
      try (Log log = open()) {
        var first = Elsewhere.waiting(() -> log.consumeBlocking(Log.OLDEST, 10, DAY));
        publish(log, 1);
        assertThat(values(first.result())).containsExactly("v0");
      }
    }

    @Test
    @DisplayName("KL-122: before the end it does not wait, and past it that is an error at once")
    void onlyAtTheEnd() throws Exception {
      try (Log log = open()) {
        publish(log, 2);
        assertThat(values(log.consumeBlocking(0, 10, DAY))).containsExactly("v0", "v1");
        assertThat(values(log.consumeBlocking(1, 10, DAY))).containsExactly("v1");
        assertThat(values(log.consumeBlocking(Log.OLDEST, 1, DAY))).containsExactly("v0");
        assertOutOfRange(() -> blocking(log, 3), 3, 0, 2);
        assertOutOfRange(() -> blocking(log, -3), -3, 0, 2);
      }
    }

    private void blocking(Log log, long offset) {
      try {
        log.consumeBlocking(offset, 1, DAY);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    private static Duration forever() {
      return Duration.ofSeconds(Long.MAX_VALUE);
    }

    @Test
    @DisplayName("a time that passes returns nothing and the next offset")
    void aTimeThatPasses() throws Exception {
      try (Log log = open()) {
        publish(log, 2);
        for (Duration timeout :
            List.of(
                Duration.ZERO, Duration.ofMillis(-5), forever().negated(), Duration.ofNanos(1))) {
          assertThat(log.consumeBlocking(2, 10, timeout)).isEqualTo(new Consumed(2, List.of()));
          assertThat(log.consumeBlocking(Log.NEWEST, 10, timeout).nextOffset()).isEqualTo(2);
        }
      }
    }

    @Test
    @DisplayName("KL-123: an interrupt ends the waiting, and harms neither log nor other threads")
    void interrupted() throws Exception {
      try (Log log = open()) {
        var interrupted = Elsewhere.waiting(() -> log.consumeBlocking(0, 10, DAY));
        var other = Elsewhere.waiting(() -> log.consumeBlocking(0, 10, DAY));
        interrupted.interrupt();
        assertThatThrownBy(interrupted::result)
            .isInstanceOf(ExecutionException.class)
            .hasCauseInstanceOf(InterruptedException.class);
        publish(log, 1);
        assertThat(values(other.result())).containsExactly("v0");
      }
    }

    @Test
    @DisplayName("KL-124, KL-125: closing the log wakes who waits, with an error")
    void closed() throws Exception {
      Log log = open();
      var waiting = Elsewhere.waiting(() -> log.consumeBlocking(Log.NEWEST, 10, DAY));
      log.close();
      assertThatThrownBy(waiting::result)
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is closed");
      assertThatThrownBy(() -> log.consumeBlocking(0, 1, DAY))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is closed");
    }

    @Test
    @DisplayName("a reader of another process's log waits for a refresh that finds more")
    void readOnly() throws Exception {
      try (Log log = open()) {
        publish(log, 1);
        try (Log view = view()) {
          var waiting = Elsewhere.waiting(() -> view.consumeBlocking(1, 10, DAY));
          assertThat(view.refresh()).isFalse();
          publish(log, 2);
          assertThat(view.refresh()).isTrue();
          assertThat(values(waiting.result())).containsExactly("v1", "v2");
        }
      }
    }
  }

  @Nested
  class Whole {
    @Test
    @DisplayName("KL-016, KL-017: a folder is made where there is none, unless that is not wanted")
    void folders() {
      assertThatThrownBy(() -> Log.open(storage, folder, options().createFolders(false).build()))
          .isInstanceOf(LogException.class)
          .hasMessageContaining("there is no such folder")
          .hasMessageContaining(folder.toString());
      assertThat(storage.exists(folder)).isFalse();
      open().close();
      assertThat(storage.exists(folder)).isTrue();
      try (Log log = Log.open(storage, folder, options().createFolders(false).build())) {
        assertThat(log.folder()).isEqualTo(folder);
        assertThat(log.recovery()).isEqualTo(new Recovery.Clean());
      }
    }

    @Test
    @DisplayName("a folder without a log cannot be opened for reading")
    void readingNothing() {
      assertThatThrownBy(LogContractTest.this::view)
          .isInstanceOf(LogException.class)
          .hasMessageContaining("there is no log");
      assertThat(storage.exists(folder)).isFalse();
    }

    @Test
    @DisplayName("KL-024, KL-035: segments are named by their first offset; 1 MiB by default")
    void segments() {
      assertThat(LogOptions.DEFAULT.segmentBytes()).isEqualTo(1 << 20);
      try (Log log = open()) {
        for (int i = 0; i < 3; i++) {
          log.publish(null, new byte[700 << 10]);
        }
      }
      assertThat(storage.list(folder))
          .extracting(file -> String.valueOf(file.getFileName()))
          .filteredOn(name -> name.endsWith(".log"))
          .containsExactly(
              "00000000000000000000.log", "00000000000000000001.log", "00000000000000000002.log");
    }

    @Test
    @DisplayName("KL-033, KL-108: one writer at a time; closing releases the folder, also twice")
    void oneWriter() {
      Log log = open();
      assertThatThrownBy(LogContractTest.this::open).isInstanceOf(FolderInUseException.class);
      log.close();
      log.close();
      open().close();
    }

    @Test
    @DisplayName("KL-036, KL-109: all is there after reopening, and publishing goes on")
    void reopening() {
      for (int round = 0; round < 5; round++) {
        try (Log log = open()) {
          assertThat(log.nextOffset()).isEqualTo(round * 3L);
          publish(log, 3);
          assertThat(log.nextOffset()).isEqualTo(round * 3L + 3);
        }
      }
      try (Log log = open()) {
        assertThat(all(log, 4)).extracting(LogContract::value).hasSize(15).startsWith("v0", "v1");
      }
    }

    @Test
    @DisplayName("KL-030: indexes that are missing or bad are made again")
    void badIndexes() {
      try (Log log = open()) {
        publish(log, 200);
      }
      for (String bad : new String[] {null, "junk", ""}) {
        for (Path file : storage.list(folder)) {
          if (String.valueOf(file.getFileName()).endsWith("index")) {
            storage.delete(file);
            if (bad != null) {
              try (var index = storage.create(file)) {
                index.write(0, bytes(bad), 0, bad.length());
              }
            }
          }
        }
        try (Log log = open()) {
          assertThat(log.recovery()).isEqualTo(new Recovery.Clean());
          reading(
              log,
              each -> {
                assertThat(all(each, 50)).hasSize(200);
                for (long offset = 0; offset < 200; offset += 7) {
                  assertThat(value(each.get(offset))).isEqualTo("v" + offset);
                  assertThat(each.offsetByTime(1_000_000 + offset * 1_000).offset())
                      .isEqualTo(offset);
                }
              });
        }
      }
    }

    @Test
    @DisplayName("KL-101: sync tells below which offset all is durable; a view, what it can see")
    void sync() {
      try (Log log = open()) {
        assertThat(log.sync()).isZero();
        publish(log, 3);
        assertThat(log.sync()).isEqualTo(3);
        try (Log view = view()) {
          assertThat(view.sync()).isEqualTo(3);
        }
      }
    }

    @Test
    @DisplayName("KL-023: with syncOnPublish, what was published survives a power cut")
    void syncOnPublish() {
      for (int seed = 0; seed < 20; seed++) {
        var disk = new FaultyStorage(seed);
        Log log =
            Log.open(disk, folder, options().syncOnPublish(true).executor(Runnable::run).build());
        publish(log, 3);
        log.publish(listOf(message("a", "v3"), message("b", "v4")));
        try (Log after = Log.open(disk.afterRestart(), folder, options().build())) {
          assertThat(all(after, 10))
              .extracting(LogContract::value)
              .containsExactly("v0", "v1", "v2", "v3", "v4");
        }
      }
    }

    @Test
    @DisplayName("a sync that fails ends publishing, and reading goes on")
    void failedSync() {
      var disk = new FaultyStorage(1);
      Log log =
          Log.open(disk, folder, options().syncOnPublish(true).executor(Runnable::run).build());
      publish(log, 1);
      disk.failForces(file -> true);
      assertThatThrownBy(() -> log.publish(null, null)).isInstanceOf(LogException.class);
      disk.failForces(null);
      assertThatThrownBy(() -> log.publish(null, null))
          .isInstanceOf(LogException.class)
          .hasMessageContaining("takes no more appends");
      assertThat(value(log.get(0))).isEqualTo("v0");
    }

    @Test
    @DisplayName(
        "KL-014, KL-015: a message's size is what publishing it alone takes, indexes included")
    void size() {
      for (int valueBytes : new int[] {0, 10, 100, 511, 600, 5_000}) {
        Path other = temp.resolve("size-" + valueBytes);
        Message message = message("key", "v".repeat(valueBytes));
        Message withHeaders = message.withHeaders(Headers.EMPTY.add("größe", bytes("12")));
        long expected = 0;
        LogOptions options = options().segmentBytes(64 << 20).build();
        try (Log log = Log.open(storage, other, options)) {
          for (int i = 0; i < 1_000; i++) {
            Message each = i % 2 == 0 ? message : withHeaders;
            clock.advance(Duration.ofMillis(1));
            log.publish(each);
            expected += log.size(each);
          }
        }
        long found = 0;
        for (Path file : storage.list(other)) {
          String name = String.valueOf(file.getFileName());
          if (name.endsWith(".log") || name.endsWith("index")) {
            try (var opened = storage.openReadOnly(file)) {
              found += opened.size();
            }
          }
        }
        assertThat((double) found)
            .as("%d", valueBytes)
            .isBetween(expected * 0.97, expected * 1.001);
      }
    }

    @Test
    @DisplayName("KL-108: a closed log says so")
    void closed() {
      Log log = open();
      publish(log, 1);
      log.close();
      for (Runnable call :
          List.<Runnable>of(
              () -> log.publish(null, null),
              () -> log.publish(List.of()),
              () -> log.consume(Log.OLDEST, 1),
              () -> log.consume(Log.NEWEST, 1),
              () -> log.get(0),
              () -> log.getByTime(0),
              () -> log.nextOffset(),
              () -> log.range(),
              () -> log.sync())) {
        assertThatThrownBy(call::run)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("is closed");
      }
      Log view = view();
      view.close();
      assertThatThrownBy(() -> view.publish(null, null)).hasMessageContaining("is closed");
    }

    @Test
    @DisplayName("KL-016: the short forms open a folder of this machine")
    void onThisMachine() {
      Path here = temp.resolve("here");
      try (Log log = Log.open(here)) {
        publish(log, 1);
      }
      try (Log log = Log.open(here, LogOptions.builder().readOnly(true).build())) {
        assertThat(all(log, 3)).hasSize(1);
      }
      assertThat(Storage.disk().exists(here)).isTrue();
    }
  }
}
