package io.headwater.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.policy.Compact;
import io.headwater.log.policy.Policy;
import io.headwater.log.policy.Retention;
import io.headwater.log.policy.Trim;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.testing.FaultyStorage;
import io.headwater.log.testing.ManualClock;
import io.headwater.log.testing.Seeds;
import io.headwater.serde.Headers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random operations of every kind on a log and on a {@link ModelLog}, which must give the same
 * answers throughout: also after closing, killing the process, and cutting the power in the middle
 * of something.
 */
class LogModelTest {
  @ParameterizedTest(name = "key index {0}, time index {1}")
  @CsvSource({"true, true", "false, false"})
  void aLogAnswersAsAPlainListDoes(boolean keyIndex, boolean timeIndex) {
    long seed = Seeds.next();
    int operations = Seeds.full() ? 100_000 : 5_000;
    new Run(seed, keyIndex, timeIndex).run(operations);
  }

  /** One log and its model. */
  private static final class Run {
    private static final Path FOLDER = Path.of("data", "orders-0");
    private static final Path BACKUP = Path.of("backup", "orders-0");
    private static final int MESSAGES_MAX = 400;

    private final long seed;
    private final Random random;
    private final ManualClock clock = new ManualClock(10_000);
    private final LogOptions options;
    private FaultyStorage disk;
    private Log log;
    private ModelLog model = new ModelLog();

    /**
     * Where the log may end after a power cut: what is known to be forced, and each batch since.
     */
    private final List<Long> ends = new ArrayList<>(List.of(0L));

    /** What the operation at hand does. */
    private List<Message> publishing = List.of();

    private OffsetSet deleting = OffsetSet.EMPTY;

    private int operation;
    private int backups;
    private int cuts;

    Run(long seed, boolean keyIndex, boolean timeIndex) {
      this.seed = seed;
      random = new Random(seed);
      disk = new FaultyStorage(random.nextLong());
      options =
          LogOptions.builder()
              .clock(clock)
              .segmentBytes(1_500)
              .indexIntervalBytes(200)
              .lockFolder(false) // a killed process leaves none
              .keyIndex(keyIndex)
              .timeIndex(timeIndex)
              .executor(Runnable::run)
              .build();
      log = open();
    }

    private Log open() {
      return Log.open(disk, FOLDER, options);
    }

    void run(int operations) {
      for (operation = 0; operation < operations; operation++) {
        if (random.nextInt(40) == 0) {
          changeAndCutThePower();
        } else {
          change();
        }
        for (int i = 0; i < 3; i++) {
          ask(log);
        }
        if (random.nextInt(50) == 0) {
          askAll(log);
        }
      }
      log.close();
      log = open();
      askAll(log);
      log.close();
      System.out.printf("%d operations, %d power cuts, %d backups%n", operations, cuts, backups);
    }

    private String where() {
      return "seed %d, operation %d".formatted(seed, operation);
    }

    // ---- changes

    private void change() {
      switch (random.nextInt(100)) {
        case 0, 1, 2 -> sync();
        case 3, 4 -> {
          log.close();
          allForced();
          log = open();
          assertThat(log.recovery()).as(where()).isEqualTo(new Recovery.Clean());
        }
        case 5, 6 -> log = open(); // not closed: as if the process had been killed
        case 7 -> log.gc(Duration.ZERO);
        case 8 -> backup();
        case 9, 10 -> apply(policy());
        case 11, 12, 13, 14, 15 -> delete();
        default -> {
          if (model.messages().size() > MESSAGES_MAX) {
            apply(Trim.byCount(random.nextInt(MESSAGES_MAX)));
          } else {
            publish(messages());
          }
        }
      }
    }

    private List<Message> messages() {
      var messages = new ArrayList<Message>();
      int count = random.nextInt(4) == 0 ? random.nextInt(12) : 1;
      for (int i = 0; i < count; i++) {
        Message message = Message.of(key(), random.nextInt(4) == 0 ? null : value());
        if (random.nextInt(3) == 0) {
          message = message.withTimestamp(random.nextInt(30_000));
        }
        if (random.nextInt(6) == 0) {
          message = message.withHeaders(Headers.EMPTY.add("h" + random.nextInt(3), value()));
        }
        messages.add(message);
      }
      return messages;
    }

    private byte @Nullable [] key() {
      int number = random.nextInt(25);
      return number == 0 ? null : number == 1 ? new byte[0] : bytes("key-" + number);
    }

    private byte[] value() {
      return bytes("v".repeat(random.nextInt(random.nextInt(200) + 1)));
    }

    private static byte[] bytes(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }

    private void publish(List<Message> messages) {
      clock.advance(Duration.ofMillis(random.nextInt(100)));
      publishing = messages;
      ends.add(model.next() + messages.size());
      long next;
      if (messages.size() == 1 && random.nextBoolean()) {
        next = log.publish(messages.get(0));
      } else {
        next = log.publish(messages);
      }
      assertThat(next).as(where()).isEqualTo(model.publish(messages, clock.millis()));
    }

    private void sync() {
      assertThat(log.sync()).as(where()).isEqualTo(model.next());
      allForced();
    }

    private void allForced() {
      ends.clear();
      ends.add(model.next());
    }

    private OffsetSet someOffsets() {
      OffsetRange range = model.range();
      OffsetSet.Builder offsets = OffsetSet.builder();
      int count = 1 + random.nextInt(6);
      for (int i = 0; i < count; i++) {
        long from = Math.max(0, range.from() - 3 + random.nextLong(range.size() + 6));
        offsets.add(new OffsetRange(from, from + 1 + random.nextInt(random.nextInt(20) + 1)));
      }
      return offsets.build();
    }

    private void delete() {
      OffsetSet offsets = someOffsets();
      deleting = offsets;
      if (random.nextBoolean()) {
        Deleted deleted = log.deleteAll(offsets, DeleteBackoff.NONE);
        assertThat(deleted.offsets()).as(where()).isEqualTo(model.delete(offsets));
      } else {
        OffsetSet expected = ofOneSegment(offsets);
        deleting = expected;
        Deleted deleted = log.delete(offsets);
        assertThat(deleted.offsets()).as(where()).isEqualTo(expected);
        assertThat(deleted.bytesFreed()).as(where()).isNotNegative();
        model.delete(expected);
      }
    }

    /** Those of the offsets whose messages are in the first segment that has any. */
    private OffsetSet ofOneSegment(OffsetSet offsets) {
      OffsetSet there = model.copy().delete(offsets);
      for (SegmentStat segment : log.segments()) {
        OffsetSet inside =
            there.within(new OffsetRange(segment.baseOffset(), segment.nextOffset()));
        if (!inside.isEmpty()) {
          return inside;
        }
      }
      return OffsetSet.EMPTY;
    }

    private Policy policy() {
      Instant then = Instant.ofEpochMilli(random.nextInt(40_000));
      int keysMax = 1 + random.nextInt(30);
      return switch (random.nextInt(8)) {
        case 0 -> Trim.byAge(then);
        case 1 -> Trim.byCount(random.nextInt(MESSAGES_MAX));
        case 2 -> Trim.byOffset(random.nextLong(model.next() + 3) - 2);
        case 3 -> Trim.bySize(random.nextInt(20_000));
        case 4, 5 -> Compact.updates(then, keysMax);
        case 6 -> Compact.deletes(then, keysMax);
        default ->
            random.nextBoolean()
                ? Retention.ms(random.nextInt(20_000), clock)
                : Retention.bytes(random.nextInt(20_000));
      };
    }

    private void apply(Policy policy) {
      OffsetSet found = policy.find(log);
      deleting = found;
      Deleted deleted = policy.apply(log);
      assertThat(deleted.offsets()).as(where()).isEqualTo(model.delete(found));
    }

    private void backup() {
      boolean halfDeleted = !disk.exists(BACKUP.resolve(BackupManifest.NAME)); // a cut came between
      if (random.nextInt(4) == 0 || halfDeleted) {
        disk.list(BACKUP).forEach(disk::delete);
      }
      log.backup(BACKUP);
      backups++;
      try (Log copy = Log.open(disk, BACKUP, options.toBuilder().readOnly(true).build())) {
        assertAll(copy);
        for (int i = 0; i < 20; i++) {
          ask(copy);
        }
      }
    }

    // ---- crashes

    private void changeAndCutThePower() {
      List<SegmentStat> segments = log.segments();
      publishing = List.of();
      deleting = OffsetSet.EMPTY;
      disk.cutPowerAt(disk.operationCount() + random.nextInt(12));
      boolean done = false;
      try {
        change();
        done = true;
      } catch (LogException e) {
        assertThat(disk.isPowerCut()).as("%s: %s", where(), e).isTrue();
      }
      if (!done) {
        model.publish(publishing, clock.millis());
      }
      cuts++;
      disk = disk.afterRestart();
      log = open();
      assertThat(log.recovery()).as(where()).isNotInstanceOf(Recovery.Damaged.class);
      var found = new ModelLog(LogContract.all(log, 100), log.nextOffset());
      assertThat(ends).as(where()).contains(found.next());
      assertSurvived(found.messages(), found.next(), done ? OffsetSet.EMPTY : deleting, segments);
      model = found;
      allForced();
    }

    /** Up to where the log ends now all is there, but for what was being deleted. */
    private void assertSurvived(
        List<Message> found, long end, OffsetSet mayBeGone, List<SegmentStat> segments) {
      var lost = new ModelLog(model.messages(), model.next());
      lost.delete(OffsetSet.range(end, Math.max(end, model.next())));
      OffsetSet wereThere = offsets(lost.messages());
      OffsetSet gone = wereThere.minus(offsets(found));
      lost.delete(gone);
      assertThat(found).as(where()).isEqualTo(lost.messages());
      assertThat(gone.minus(mayBeGone)).as("%s: lost", where()).isEqualTo(OffsetSet.EMPTY);
      for (SegmentStat segment : segments) {
        var range = new OffsetRange(segment.baseOffset(), segment.nextOffset());
        OffsetSet goneOfIt = gone.within(range);
        if (!goneOfIt.isEmpty()) {
          assertThat(goneOfIt)
              .as("%s: a part of what was to be deleted of a segment", where())
              .isEqualTo(wereThere.minus(wereThere.minus(mayBeGone)).within(range));
        }
      }
    }

    private static OffsetSet offsets(List<Message> messages) {
      return OffsetSet.of(messages.stream().mapToLong(Message::offset).toArray());
    }

    // ---- questions

    private void ask(Log asked) {
      long offset = offset();
      int maxCount = 1 + random.nextInt(random.nextInt(100) + 1);
      byte[] key = key();
      long time = random.nextInt(40_000);
      switch (random.nextInt(10)) {
        case 0 ->
            same(() -> asked.consume(offset, maxCount), () -> model.consume(offset, maxCount));
        case 1 -> sameWithLimit(asked, offset, maxCount);
        case 2, 3 -> same(() -> asked.get(offset), () -> model.get(offset));
        case 4 -> byTime(() -> asked.getByTime(time), () -> model.getByTime(time));
        case 5 ->
            byTime(
                () -> asked.offsetByTime(time),
                () -> {
                  Message found = model.getByTime(time);
                  return new OffsetAndTimestamp(found.offset(), found.timestampMs());
                });
        case 6 ->
            byKey(
                () -> asked.consumeByKey(key, offset, maxCount),
                () -> model.consumeByKey(key, offset, maxCount));
        case 7 -> byKey(() -> asked.getByKey(key), () -> model.getByKey(key));
        case 8 -> byKey(() -> asked.offsetByKey(key), () -> model.getByKey(key).offset());
        default -> {
          var keys = new ArrayList<byte @Nullable []>();
          for (int i = 0; i < maxCount; i++) {
            keys.add(key());
          }
          byKey(() -> asked.getByKeys(keys), () -> model.getByKeys(keys));
        }
      }
    }

    private long offset() {
      int kind = random.nextInt(20);
      if (kind < 2) {
        return kind - 2L;
      }
      OffsetRange range = model.range();
      return kind < 4
          ? random.nextLong(model.next() + 6) - 3
          : range.from() + random.nextLong(range.size() + 1);
    }

    private void same(Supplier<Object> asked, Supplier<Object> expected) {
      assertThat(answer(asked)).as(where()).isEqualTo(answer(expected));
    }

    private void byTime(Supplier<Object> asked, Supplier<Object> expected) {
      same(asked, options.timeIndex() ? expected : () -> NoSuchIndexException.class);
    }

    private void byKey(Supplier<Object> asked, Supplier<Object> expected) {
      same(asked, options.keyIndex() ? expected : () -> NoSuchIndexException.class);
    }

    /** What a call returns, or the kind of error and what can be told from it. */
    private static Object answer(Supplier<Object> call) {
      try {
        return call.get();
      } catch (OffsetOutOfRangeException e) {
        return List.of(e.getClass(), e.offset(), e.range());
      } catch (MessageNotFoundException | NoSuchIndexException e) {
        return e.getClass();
      }
    }

    private void sameWithLimit(Log asked, long offset, int maxCount) {
      int bytesMax = 1 + random.nextInt(2_000);
      Object expected = answer(() -> model.consume(offset, maxCount));
      Object found = answer(() -> asked.consume(offset, maxCount, bytesMax));
      if (!(found instanceof Consumed some) || !(expected instanceof Consumed all)) {
        assertThat(found).as(where()).isEqualTo(expected);
      } else if (some.messages().size() == all.messages().size()) {
        assertThat(some).as(where()).isEqualTo(all);
      } else {
        int count = some.messages().size();
        assertThat(count).as(where()).isPositive();
        assertThat(some.messages()).as(where()).isEqualTo(all.messages().subList(0, count));
        assertThat(some.nextOffset())
            .as(where())
            .isEqualTo(some.messages().get(count - 1).offset() + 1);
      }
    }

    /** Everything there is, from the log and from a view beside it. */
    private void askAll(Log asked) {
      assertAll(asked);
      Storage storage = disk;
      try (Log view =
          Log.open(storage, asked.folder(), options.toBuilder().readOnly(true).build())) {
        assertAll(view);
        for (int i = 0; i < 20; i++) {
          ask(view);
        }
      }
    }

    private void assertAll(Log asked) {
      LogCursor cursor = asked.cursor(Log.OLDEST);
      for (Message message : model.messages()) {
        assertThat(cursor.next()).as(where()).isTrue();
        assertThat(cursor.offset()).as(where()).isEqualTo(message.offset());
        assertThat(cursor.value()).as(where()).isEqualTo(message.value());
      }
      assertThat(cursor.next()).as(where()).isFalse();
      assertThat(LogContract.all(asked, 1 + random.nextInt(50)))
          .as(where())
          .isEqualTo(model.messages());
      assertThat(asked.range()).as(where()).isEqualTo(model.range());
      assertThat(asked.nextOffset()).as(where()).isEqualTo(model.next());
      assertThat(asked.stat().messages()).as(where()).isEqualTo(model.messages().size());
      Function<List<SegmentStat>, Long> bytes =
          segments -> segments.stream().mapToLong(SegmentStat::bytes).sum();
      assertThat(bytes.apply(asked.segments()))
          .as(where())
          .isLessThanOrEqualTo(asked.stat().bytes());
    }
  }
}
