package io.headwater.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.policy.Compact;
import io.headwater.log.policy.Policy;
import io.headwater.log.policy.Retention;
import io.headwater.log.policy.Trim;
import io.headwater.log.storage.LogException;
import io.headwater.log.testing.FaultyStorage;
import io.headwater.log.testing.ManualClock;
import io.headwater.log.testing.Seeds;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each of the calls that change the files of a log as a whole, ended at each of its disk operations
 * by a power cut and by a kill. Of every segment the log then has the old messages or the new ones,
 * and those of the segments are changed in their order.
 */
class LogCrashTest {
  private static final Path FOLDER = Path.of("data", "orders-0");
  private static final Path COPY = Path.of("backup", "orders-0");
  private static final int KEYS = 7;
  private static final long NOW_MS = 50_000;

  /** A call that is ended, and what it deletes. */
  enum Change {
    ROLL {
      @Override
      OffsetSet apply(Log log, OffsetSet unwanted) {
        while (log.segments().size() < 12) {
          log.publish(key(1), new byte[400]);
        }
        return OffsetSet.EMPTY;
      }
    },
    DELETE_ALL {
      @Override
      OffsetSet find(Log log, Random random) {
        OffsetSet.Builder some = OffsetSet.builder();
        int kept = 2 + random.nextInt(4);
        for (long offset = 0; offset < log.nextOffset(); offset++) {
          if (random.nextInt(kept) == 0) {
            some.add(offset);
          }
        }
        return some.build();
      }
    },
    TRIM_BY_AGE {
      @Override
      OffsetSet find(Log log, Random random) {
        return Trim.byAge(Instant.ofEpochMilli(10_000 + random.nextInt(30_000))).find(log);
      }
    },
    TRIM_BY_COUNT {
      @Override
      OffsetSet find(Log log, Random random) {
        return Trim.byCount(random.nextInt(20)).find(log);
      }
    },
    TRIM_BY_OFFSET {
      @Override
      OffsetSet find(Log log, Random random) {
        return Trim.byOffset(log.nextOffset() - random.nextInt(20)).find(log);
      }
    },
    TRIM_BY_SIZE {
      @Override
      OffsetSet find(Log log, Random random) {
        return Trim.bySize(random.nextInt(2_000)).find(log);
      }
    },
    COMPACT_UPDATES {
      @Override
      OffsetSet find(Log log, Random random) {
        return Compact.updates(Instant.ofEpochMilli(NOW_MS), 1 + random.nextInt(KEYS)).find(log);
      }
    },
    COMPACT_DELETES {
      @Override
      OffsetSet find(Log log, Random random) {
        return Compact.deletes(Instant.ofEpochMilli(NOW_MS), 1 + random.nextInt(KEYS)).find(log);
      }
    },
    RETAIN_BYTES {
      @Override
      OffsetSet find(Log log, Random random) {
        return Retention.bytes(random.nextInt(2_000)).find(log);
      }
    },
    BACKUP {
      @Override
      OffsetSet apply(Log log, OffsetSet unwanted) {
        log.backup(COPY);
        return OffsetSet.EMPTY;
      }
    };

    OffsetSet find(Log log, Random random) {
      return OffsetSet.EMPTY;
    }

    OffsetSet apply(Log log, OffsetSet unwanted) {
      Policy policy = each -> unwanted;
      return policy.apply(log).offsets();
    }
  }

  private final LogOptions options =
      LogOptions.builder()
          .clock(new ManualClock(NOW_MS))
          .segmentBytes(900)
          .indexIntervalBytes(100)
          .lockFolder(false) // a killed process leaves none
          .keyIndex(true)
          .executor(Runnable::run)
          .build();

  private ModelLog published = new ModelLog();
  private final List<Long> ends = new ArrayList<>();
  private long synced;

  private static byte[] key(int number) {
    return ("k" + number).getBytes(StandardCharsets.UTF_8);
  }

  private Log open(FaultyStorage disk) {
    return Log.open(disk, FOLDER, options);
  }

  /** A log of some segments, of which a part may not be forced, with an old backup. */
  private Log prepared(FaultyStorage disk, Random random) {
    ends.clear();
    published = new ModelLog();
    Log log = open(disk);
    int syncAt = random.nextInt(40);
    for (int i = 0; i < 40; i++) {
      var messages = new ArrayList<Message>();
      for (int count = random.nextInt(3); count >= 0; count--) {
        boolean tombstone = i == 0 || random.nextInt(4) == 0;
        byte[] value = tombstone ? null : new byte[random.nextInt(90)];
        messages.add(Message.of(key(random.nextInt(KEYS)), value).withTimestamp(1_000L * i));
      }
      ends.add(log.publish(messages));
      published.publish(messages, NOW_MS);
      if (i == 15) {
        log.deleteAll(OffsetSet.of(3, 4, 9), DeleteBackoff.NONE);
        log.backup(COPY);
      }
      if (i == syncAt) {
        synced = log.sync();
      }
      if (i == 30 && random.nextBoolean()) {
        log.close();
        synced = ends.get(i);
        log = open(disk);
      }
    }
    if (random.nextBoolean()) {
      synced = log.sync();
    }
    return log;
  }

  /** What the log may hold: as it is, and with more and more segments changed. */
  private static List<ModelLog> steps(Log log, OffsetSet unwanted) {
    var steps = new ArrayList<ModelLog>();
    var model = new ModelLog(LogContract.all(log, 100), log.nextOffset());
    steps.add(model);
    for (SegmentStat segment : log.segments()) {
      ModelLog next = model.copy();
      var range = new OffsetRange(segment.baseOffset(), segment.nextOffset());
      if (!next.delete(unwanted.within(range)).isEmpty()) {
        steps.add(next);
        model = next;
      }
    }
    return steps;
  }

  @ParameterizedTest
  @EnumSource
  void aCrashAtAnyStepLeavesOfEachSegmentTheOldMessagesOrTheNew(Change change) {
    long first = Seeds.next();
    int seeds = Seeds.full() ? 50 : 1;
    int crashes = 0;
    int deletions = 0;
    for (long seed = first; seed < first + seeds; seed++) {
      for (boolean kill : new boolean[] {true, false}) {
        boolean done = false;
        for (long crashAt = 0; !done; crashAt++) {
          var disk = new FaultyStorage(seed + crashAt);
          var random = new Random(seed);
          Log log = prepared(disk, random);
          OffsetSet unwanted = change.find(log, random);
          List<ModelLog> steps = steps(log, unwanted);
          String where = "seed %d, %s at %d".formatted(seed, kill ? "kill" : "cut", crashAt);
          disk.cutPowerAt(disk.operationCount() + crashAt);
          boolean returned = false;
          try {
            OffsetSet deleted = change.apply(log, unwanted);
            returned = true;
            done = !disk.isPowerCut(); // it goes on without the indexes
            assertThat(deleted).as(where).isEqualTo(steps.get(0).copy().delete(unwanted));
            deletions += deleted.isEmpty() ? 0 : 1;
          } catch (LogException e) {
            assertThat(disk.isPowerCut()).as("%s: %s", where, e).isTrue();
            crashes++;
          }
          check(
              where, change, kill ? disk.afterKill() : disk.afterRestart(), kill, returned, steps);
        }
      }
    }
    System.out.printf("%s: %d crashes, %d times done%n", change, crashes, 2 * seeds);
    assertThat(crashes).as("seed %d", first).isGreaterThan(10);
    if (change != Change.ROLL && change != Change.BACKUP) {
      assertThat(deletions).as("seed %d", first).isPositive();
    }
  }

  private void check(
      String where,
      Change change,
      FaultyStorage disk,
      boolean kill,
      boolean done,
      List<ModelLog> steps) {
    try (Log log = open(disk)) {
      assertThat(log.recovery()).as(where).isNotInstanceOf(Recovery.Damaged.class);
      long end = log.nextOffset();
      var found = new ModelLog(LogContract.all(log, 100), end);
      long endBefore = steps.get(0).next();
      if (change == Change.ROLL) {
        found.delete(OffsetSet.range(Math.min(end, endBefore), end));
      }
      assertThat(end).as(where).isGreaterThanOrEqualTo(kill ? endBefore : synced);
      if (end < endBefore) {
        assertThat(ends).as(where).contains(end);
      }
      var possible = new ArrayList<List<Message>>();
      for (ModelLog step : done ? steps.subList(steps.size() - 1, steps.size()) : steps) {
        possible.add(cutAt(end, step).messages());
      }
      assertThat(possible).as(where).contains(found.messages());
      if (change == Change.COMPACT_UPDATES) {
        assertThat(keys(found)).as(where).isEqualTo(keys(cutAt(end, steps.get(0))));
      }
      assertAnswers(where, log);
      if (change == Change.BACKUP) {
        assertThat(published.messages()).as(where).containsAll(copied(disk));
      }
      log.backup(COPY);
      try (Log copy = Log.open(disk, COPY, options.toBuilder().readOnly(true).build())) {
        assertThat(LogContract.all(copy, 50)).as(where).isEqualTo(LogContract.all(log, 50));
        assertAnswers(where, copy);
      }
      log.publish(key(0), key(0));
    }
    // A key index is not forced; the part of it that a power cut spoils is made again when needed.
    assertThat(LogFolder.of(disk, FOLDER, options).check())
        .as(where)
        .allMatch(finding -> !kill && finding.file().toString().endsWith(".keyindex"));
    try (Log again = open(disk)) {
      assertThat(again.recovery()).as(where).isEqualTo(new Recovery.Clean());
      assertAnswers(where, again);
    }
  }

  /** What a backup that was ended can be read of. */
  private List<Message> copied(FaultyStorage disk) {
    Log copy;
    try {
      copy = Log.open(disk, COPY, options.toBuilder().readOnly(true).build());
    } catch (LogException e) {
      return List.of(); // it may be no log
    }
    try (copy) {
      return LogContract.all(copy, 50);
    }
  }

  /** The messages before an offset. */
  private static ModelLog cutAt(long end, ModelLog whole) {
    ModelLog cut = whole.copy();
    cut.delete(OffsetSet.range(Math.min(end, whole.next()), whole.next()));
    return cut;
  }

  private static Set<String> keys(ModelLog log) {
    return log.messages().stream()
        .map(each -> new String(Objects.requireNonNull(each.key()), StandardCharsets.UTF_8))
        .collect(Collectors.toSet());
  }

  /** What the indexes say is what the messages are. */
  private static void assertAnswers(String where, Log log) {
    var model = new ModelLog(LogContract.all(log, 100), log.nextOffset());
    assertThat(log.stat().messages()).as(where).isEqualTo(model.messages().size());
    for (int number = 0; number < KEYS; number++) {
      if (log.range().size() > 0) {
        assertThat(log.consumeByKey(key(number), Log.OLDEST, 1_000))
            .as(where)
            .isEqualTo(model.consumeByKey(key(number), Log.OLDEST, 1_000));
      }
    }
    for (Message message : model.messages()) {
      assertThat(log.getByTime(message.timestampMs()))
          .as(where)
          .isEqualTo(model.getByTime(message.timestampMs()));
    }
  }
}
