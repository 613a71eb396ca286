package io.headwater.log.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.DeleteBackoff;
import io.headwater.log.Deleted;
import io.headwater.log.Log;
import io.headwater.log.LogOptions;
import io.headwater.log.Message;
import io.headwater.log.MessageNotFoundException;
import io.headwater.log.OffsetSet;
import io.headwater.log.SegmentStat;
import io.headwater.log.storage.Storage;
import io.headwater.log.testing.ManualClock;
import io.headwater.log.testing.Seeds;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PolicyTest {
  private static final Path FOLDER = Path.of("data", "orders-0");

  private final Storage storage = Storage.memory();
  private final ManualClock clock = new ManualClock(0);
  private final LogOptions options =
      LogOptions.builder().clock(clock).segmentBytes(400).indexIntervalBytes(100).build();
  private final Log log = Log.open(storage, FOLDER, options);

  @AfterEach
  void close() {
    log.close();
  }

  private static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  /** A message at a time in milliseconds. */
  private void publish(long timeMs, @Nullable String key, @Nullable String value) {
    log.publish(Message.of(bytes(key), bytes(value)).withTimestamp(timeMs));
  }

  /** Messages at the times 0, 10, 20, ... */
  private void publish(int count) {
    for (int i = 0; i < count; i++) {
      publish(10L * log.nextOffset(), "k" + i % 3, "v" + i);
    }
  }

  private List<Message> all() {
    return log.consume(Log.OLDEST, Integer.MAX_VALUE).messages();
  }

  private List<Long> offsets() {
    return all().stream().map(Message::offset).toList();
  }

  private static Instant at(long timeMs) {
    return Instant.ofEpochMilli(timeMs);
  }

  /** What it finds is what it deletes, and there is nothing more to find then. */
  private Deleted apply(Policy policy) {
    OffsetSet found = policy.find(log);
    try (Log view = Log.open(storage, FOLDER, options.toBuilder().readOnly(true).build())) {
      assertThat(policy.find(view)).isEqualTo(found);
    }
    List<Long> before = offsets();
    Deleted deleted = policy.apply(log);
    assertThat(deleted.offsets())
        .isEqualTo(
            OffsetSet.of(
                before.stream().filter(found::contains).mapToLong(each -> each).toArray()));
    List<Long> after = offsets();
    policy.apply(log);
    assertThat(offsets()).isEqualTo(after);
    return deleted;
  }

  @Test
  @DisplayName(
      "KL-138, KL-139: by age, up to the first message that is newer, equal times included")
  void byAge() {
    publish(10);
    publish(5, null, "late"); // older than what is before it
    assertThat(apply(Trim.byAge(at(-1)))).isEqualTo(Deleted.NOTHING);
    assertThat(apply(Trim.byAge(at(30))).offsets()).isEqualTo(OffsetSet.range(0, 4));
    assertThat(apply(Trim.byAge(at(39)))).isEqualTo(Deleted.NOTHING);
    assertThat(offsets()).containsExactly(4L, 5L, 6L, 7L, 8L, 9L, 10L);
    assertThat(apply(Trim.byAge(at(1_000))).offsets()).isEqualTo(OffsetSet.range(4, 11));
    assertThat(log.nextOffset()).isEqualTo(11);
  }

  @Test
  @DisplayName("KL-140, KL-141: by count, so that so many remain at most")
  void byCount() {
    publish(10);
    log.deleteAll(OffsetSet.of(1, 8), DeleteBackoff.NONE);
    assertThat(apply(Trim.byCount(8))).isEqualTo(Deleted.NOTHING);
    assertThat(apply(Trim.byCount(100))).isEqualTo(Deleted.NOTHING);
    assertThat(apply(Trim.byCount(5)).offsets()).isEqualTo(OffsetSet.of(0, 2, 3));
    assertThat(offsets()).containsExactly(4L, 5L, 6L, 7L, 9L);
    apply(Trim.byCount(0));
    assertThat(offsets()).isEmpty();
    assertThatThrownBy(() -> Trim.byCount(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @DisplayName("KL-142, KL-143: by offset; OLDEST takes nothing, NEWEST everything")
  void byOffset() {
    publish(10);
    assertThat(apply(Trim.byOffset(Log.OLDEST))).isEqualTo(Deleted.NOTHING);
    assertThat(apply(Trim.byOffset(0))).isEqualTo(Deleted.NOTHING);
    assertThat(apply(Trim.byOffset(4)).offsets()).isEqualTo(OffsetSet.range(0, 4));
    assertThat(apply(Trim.byOffset(2))).isEqualTo(Deleted.NOTHING);
    assertThat(offsets()).containsExactly(4L, 5L, 6L, 7L, 8L, 9L);
    assertThat(apply(Trim.byOffset(Log.NEWEST)).offsets()).isEqualTo(OffsetSet.range(4, 10));
    publish(2);
    assertThat(apply(Trim.byOffset(Long.MAX_VALUE)).offsets()).isEqualTo(OffsetSet.range(10, 12));
  }

  @Test
  @DisplayName(
      "KL-144, KL-145: by size, so that the log becomes smaller than that, and not by much")
  void bySize() {
    publish(100);
    assertThat(apply(Trim.bySize(log.stat().bytes() + 1))).isEqualTo(Deleted.NOTHING);
    long messageBytes = log.size(log.get(50));
    for (long size = log.stat().bytes(); size > 0; size -= 700) {
      apply(Trim.bySize(size));
      assertThat(log.stat().bytes()).isBetween(size - 3 * messageBytes, size - 1);
    }
    apply(Trim.bySize(0));
    assertThat(offsets()).isEmpty();
    assertThat(log.nextOffset()).isEqualTo(100);
    assertThatThrownBy(() -> Trim.bySize(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @DisplayName("KL-146: what is found can be deleted a segment at a time")
  void aSegmentAtATime() {
    publish(30);
    Policy policy = Trim.byOffset(25);
    int steps = 0;
    while (!log.delete(policy.find(log)).offsets().isEmpty()) {
      steps++;
    }
    assertThat(steps).isGreaterThan(3);
    assertThat(offsets()).containsExactly(25L, 26L, 27L, 28L, 29L);
  }

  @Test
  @DisplayName("KL-148, KL-149: of each key the last message stays, the null key's too")
  void updates() {
    publish(0, "a", "0");
    publish(1, "b", "1");
    publish(2, "a", "2");
    publish(3, null, "3");
    publish(4, "a", null);
    publish(5, null, "5");
    publish(6, "", "6");
    publish(7, "b", "7");
    assertThat(apply(Compact.updates(at(6))).offsets())
        .as("b at time 7 replaces nothing yet")
        .isEqualTo(OffsetSet.of(0, 2, 3));
    assertThat(apply(Compact.updates(at(7))).offsets()).isEqualTo(OffsetSet.of(1));
    assertThat(offsets()).containsExactly(4L, 5L, 6L, 7L);
  }

  @Test
  @DisplayName(
      "KL-150, KL-151: a deletion goes when no older message of its key is left, and it is old")
  void deletes() {
    publish(0, "a", "0");
    publish(1, "b", null);
    publish(2, "a", null);
    publish(3, null, null);
    publish(4, "b", "4");
    publish(5, "c", null);
    publish(6, "b", null);
    assertThat(apply(Compact.deletes(at(4))).offsets())
        .as("a has an older message, c is too new")
        .isEqualTo(OffsetSet.of(1, 3));
    assertThat(apply(Compact.updates(at(9))).offsets()).isEqualTo(OffsetSet.of(0, 4));
    assertThat(apply(Compact.deletes(at(4))).offsets()).isEqualTo(OffsetSet.of(2));
    assertThat(apply(Compact.deletes(at(9))).offsets()).isEqualTo(OffsetSet.of(5, 6));
    assertThat(offsets()).isEmpty();
  }

  /** However few keys are held at a time, the same is found as by a plain look at everything. */
  @Test
  @DisplayName("KL-148, KL-150, KL-152: compaction keeps what a table needs, in bounded memory")
  void compactionIsTheSameWithLittleMemory() {
    long seed = Seeds.next();
    var random = new Random(seed);
    for (int round = 0; round < 40; round++) {
      String where = "seed %d, round %d".formatted(seed, round);
      for (int i = 0; i < 60; i++) {
        int key = random.nextInt(30);
        publish(
            random.nextInt(1_000),
            key == 0 ? null : "key" + key,
            random.nextInt(3) == 0 ? null : "v" + i);
      }
      long before = random.nextInt(1_200);
      int keysMax = 1 + random.nextInt(40);

      OffsetSet updates = expectedUpdates(before);
      assertThat(Compact.updates(at(before), keysMax).find(log)).as(where).isEqualTo(updates);
      if (random.nextBoolean()) {
        assertThat(Compact.updates(at(before), keysMax).apply(log).offsets())
            .as(where)
            .isEqualTo(updates);
      }
      OffsetSet deletes = expectedDeletes(before);
      assertThat(Compact.deletes(at(before), keysMax).apply(log).offsets())
          .as(where)
          .isEqualTo(deletes);
    }
  }

  private OffsetSet expectedUpdates(long before) {
    OffsetSet.Builder expected = OffsetSet.builder();
    List<Message> old = all().stream().filter(message -> message.timestampMs() <= before).toList();
    for (int i = 0; i < old.size(); i++) {
      for (int j = i + 1; j < old.size(); j++) {
        if (Arrays.equals(old.get(i).key(), old.get(j).key())) {
          expected.add(old.get(i).offset());
        }
      }
    }
    return expected.build();
  }

  private OffsetSet expectedDeletes(long before) {
    OffsetSet.Builder expected = OffsetSet.builder();
    var seen = new HashSet<List<Object>>();
    for (Message message : all()) {
      byte[] key = message.key();
      boolean first =
          seen.add(key == null ? List.of() : List.of(new String(key, StandardCharsets.UTF_8)));
      if (first && message.value() == null && message.timestampMs() <= before) {
        expected.add(message.offset());
      }
    }
    return expected.build();
  }

  @Test
  @DisplayName("KL-153: compacting by an age: updates older than it, deletes older than twice that")
  void compactByAge() {
    publish(100, "a", "0");
    publish(110, "a", null);
    publish(160, "b", "2");
    publish(170, "b", "3");
    publish(200, "b", "4");
    Deleted deleted = Compact.run(log, at(220), Duration.ofMillis(50), DeleteBackoff.NONE);
    assertThat(deleted.offsets()).isEqualTo(OffsetSet.of(0, 1, 2));
    assertThat(offsets()).containsExactly(3L, 4L);
  }

  @Test
  @DisplayName("retention.ms: whole segments whose newest message is too old, from the start on")
  void retentionByTime() {
    publish(20);
    clock.set(1_000);
    List<SegmentStat> segments = log.segments();
    assertThat(segments).hasSizeGreaterThan(3);
    assertThat(apply(Retention.ms(1_000, clock))).isEqualTo(Deleted.NOTHING);
    long newestOfFirst = segments.get(0).maxTimestampMs();
    assertThat(apply(Retention.ms(1_000 - newestOfFirst, clock))).isEqualTo(Deleted.NOTHING);
    assertThat(apply(Retention.ms(999 - newestOfFirst, clock)).offsets())
        .isEqualTo(OffsetSet.range(0, segments.get(0).nextOffset()));
    assertThat(apply(Retention.ms(Retention.UNLIMITED, clock))).isEqualTo(Deleted.NOTHING);
    apply(Retention.ms(0, clock));
    assertThat(offsets()).as("also the newest segment").isEmpty();
    assertThat(log.nextOffset()).isEqualTo(20);
  }

  @Test
  @DisplayName("retention.ms: a message from the future keeps its segment and those after it")
  void retentionFromTheFuture() {
    publish(5_000, "k", "from the future");
    publish(20);
    clock.set(1_000);
    assertThat(Retention.ms(1, clock).find(log)).isEqualTo(OffsetSet.EMPTY);
  }

  @Test
  @DisplayName("retention.bytes: whole segments, as long as so many bytes are left without them")
  void retentionBySize() {
    publish(40);
    for (long bytes = log.stat().bytes() + 100; bytes > 0; bytes -= 150) {
      apply(Retention.bytes(bytes));
      List<SegmentStat> left = log.segments();
      long size = log.stat().bytes();
      assertThat(size - left.get(0).bytes()).as("one segment less is too few").isLessThan(bytes);
    }
    assertThat(offsets()).isNotEmpty();
    long size = log.stat().bytes();
    apply(Retention.bytes(Retention.UNLIMITED));
    assertThat(log.stat().bytes()).isEqualTo(size);
    assertThat(apply(Retention.bytes(0)).offsets().isEmpty()).isFalse();
    assertThat(offsets()).isEmpty();
    assertThatThrownBy(() -> Retention.bytes(-2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("retention.bytes");
  }

  @Test
  void policiesOfAnEmptyLogFindNothing() {
    for (Policy policy :
        List.of(
            Trim.byAge(at(100)),
            Trim.byCount(0),
            Trim.byOffset(Log.NEWEST),
            Trim.bySize(0),
            Compact.updates(at(100)),
            Compact.deletes(at(100)),
            Retention.ms(0, clock),
            Retention.bytes(0))) {
      assertThat(policy.apply(log)).isEqualTo(Deleted.NOTHING);
    }
  }

  /** One thread publishes, one compacts, one trims: nothing that has to stay is lost. */
  @Test
  @DisplayName("policies work on a log that is written and read meanwhile")
  void whileItIsWritten() throws InterruptedException {
    int count = 3_000;
    var failure = new AtomicReference<@Nullable Throwable>();
    var last = new ArrayList<@Nullable Long>();
    for (int i = 0; i < 20; i++) {
      last.add(null);
    }
    Thread writer =
        new Thread(
            () -> {
              var random = new Random(1);
              for (int i = 0; i < count; i++) {
                int key = random.nextInt(20);
                last.set(key, log.publish(bytes("key" + key), bytes("v" + i)) - 1);
              }
            });
    Thread trimmer =
        new Thread(
            () -> {
              while (log.nextOffset() < count) {
                Trim.byOffset(log.nextOffset() - 500).apply(log);
              }
            });
    for (Thread each : List.of(writer, trimmer)) {
      each.setUncaughtExceptionHandler((thread, e) -> failure.set(e));
      each.start();
    }
    while (log.nextOffset() < count && failure.get() == null) {
      Compact.updates(at(Long.MAX_VALUE), 7).apply(log);
    }
    writer.join();
    trimmer.join();
    assertThat(failure.get()).isNull();
    Compact.updates(at(Long.MAX_VALUE)).apply(log);
    long from = log.range().from();
    assertThat(offsets())
        .containsExactlyElementsOf(
            last.stream().filter(each -> each != null && each >= from).sorted().toList());
  }

  @Test
  @DisplayName("times that no timestamp can have are before, or after, all messages")
  void extremeTimes() {
    publish(10);
    assertThat(Trim.byAge(Instant.MIN).find(log)).isEqualTo(OffsetSet.EMPTY);
    assertThat(Trim.byAge(Instant.MAX).find(log)).isEqualTo(OffsetSet.range(0, 10));
    assertThat(Compact.updates(Instant.MIN).find(log)).isEqualTo(OffsetSet.EMPTY);
    assertThat(Compact.updates(Instant.MAX).find(log)).isEqualTo(OffsetSet.range(0, 7));
    assertThat(Compact.deletes(Instant.MIN).find(log)).isEqualTo(OffsetSet.EMPTY);
    assertThat(Compact.deletes(Instant.MAX).find(log)).isEqualTo(OffsetSet.EMPTY);
    Duration longest = Duration.ofSeconds(Long.MAX_VALUE);
    assertThat(Compact.run(log, at(220), longest, DeleteBackoff.NONE)).isEqualTo(Deleted.NOTHING);
    assertThat(log.getByTime(Instant.MIN).offset()).isZero();
    assertThatThrownBy(() -> log.getByTime(Instant.MAX))
        .isInstanceOf(MessageNotFoundException.class);
    assertThat(Compact.run(log, at(220), longest.negated(), DeleteBackoff.NONE).offsets())
        .isEqualTo(OffsetSet.range(0, 7));
  }

  @Test
  void aBackoffMayBeEndlessButNotNegative() {
    DeleteBackoff endless = DeleteBackoff.of(Duration.ofSeconds(Long.MAX_VALUE));
    Thread.currentThread().interrupt();
    assertThatThrownBy(endless::pause).isInstanceOf(InterruptedException.class);
    assertThatThrownBy(() -> DeleteBackoff.of(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT-0.001S");
  }

  @Test
  @DisplayName("two trims at once leave as many messages as one")
  void twoTrimsAtOnce() throws Exception {
    for (int round = 0; round < 200; round++) {
      publish(40);
      var together = new CyclicBarrier(2);
      Callable<Deleted> trim =
          () -> {
            together.await();
            return Trim.byCount(20).apply(log, DeleteBackoff.NONE);
          };
      var other = new FutureTask<>(trim);
      var thread = new Thread(other);
      thread.start();
      trim.call();
      other.get();
      thread.join();
      assertThat(offsets()).as("round %d", round).hasSize(20);
    }
  }
}
