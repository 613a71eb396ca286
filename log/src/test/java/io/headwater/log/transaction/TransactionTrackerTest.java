package io.headwater.log.transaction;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.BatchLog;
import io.headwater.log.Consumed;
import io.headwater.log.Log;
import io.headwater.log.LogCursor;
import io.headwater.log.LogOptions;
import io.headwater.log.MessageNotFoundException;
import io.headwater.log.OffsetOutOfRangeException;
import io.headwater.log.OffsetRange;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.record.ControlType;
import io.headwater.log.storage.Storage;
import io.headwater.log.testing.Seeds;
import io.headwater.serde.Headers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a read-committed log shows, and what its tracker knows, of transactions in a log. */
class TransactionTrackerTest {
  private static final Path FOLDER = Path.of("orders-3");
  private static final LogOptions WRITING = LogOptions.builder().segmentBytes(2_000).build();
  private static final LogOptions COMMITTED =
      LogOptions.builder().readOnly(true).readCommitted(true).build();

  private final Storage storage = Storage.memory();

  private static BatchBuilder batch(String... values) {
    var batch = new BatchBuilder();
    for (String value : values) {
      batch.append(1_000, null, value.getBytes(UTF_8), Headers.EMPTY);
    }
    return batch;
  }

  private static BatchBuilder of(long producer, String... values) {
    return batch(values).producer(producer, (short) 0, -1, true);
  }

  private static BatchBuilder end(long producer, ControlType type) {
    return BatchBuilder.endOfTransaction(type, 1_000, producer, (short) 0, 0);
  }

  private static List<String> values(Consumed read) {
    return read.messages().stream().map(message -> new String(message.value(), UTF_8)).toList();
  }

  @Test
  void messagesOfAbortedAndOpenTransactionsAreNotShown() {
    try (BatchLog log = BatchLog.open(storage, FOLDER, WRITING)) {
      log.append(of(1, "aborted"));
      log.append(batch("plain"));
      log.append(of(2, "committed", "too"));
      log.append(end(1, ControlType.ABORT));
      log.append(of(3, "open"));
      log.append(of(1, "committed later"));
      log.append(end(2, ControlType.COMMIT));
      log.append(end(1, ControlType.COMMIT));
      log.append(batch("behind"));
      try (Log reader = Log.open(storage, FOLDER, COMMITTED)) {
        assertThat(reader.range()).isEqualTo(new OffsetRange(1, 5));
        assertThat(values(reader.consume(Log.OLDEST, 100)))
            .containsExactly("plain", "committed", "too");
        assertThat(reader.consume(Log.OLDEST, 100).nextOffset()).isEqualTo(5);
        assertThat(reader.consume(4, 100)).isEqualTo(new Consumed(5, List.of()));
        assertThat(reader.consume(Log.NEWEST, 100)).isEqualTo(new Consumed(5, List.of()));
        assertThat(reader.get(Log.NEWEST).offset()).isEqualTo(3);
        assertThat(reader.getByTime(1_000).offset()).isEqualTo(1);
        assertThatThrownBy(() -> reader.get(4)).isInstanceOf(MessageNotFoundException.class);
        assertThatThrownBy(() -> reader.get(0)).isInstanceOf(OffsetOutOfRangeException.class);
        assertThatThrownBy(() -> reader.get(6)).isInstanceOf(OffsetOutOfRangeException.class);

        log.append(of(4, "open too"));
        assertThat(reader.refresh()).isFalse();
        log.append(end(3, ControlType.COMMIT));
        assertThat(reader.refresh()).isTrue();
        assertThat(values(reader.consume(5, 100)))
            .containsExactly("open", "committed later", "behind");
        log.append(end(4, ControlType.ABORT));
        assertThat(reader.refresh()).isTrue();
        assertThat(reader.range()).isEqualTo(new OffsetRange(1, log.nextOffset()));
        assertThat(reader.consume(10, 100)).isEqualTo(new Consumed(13, List.of()));
      }
    }
  }

  @Test
  void whatAReadCommittedLogPublishesItShowsOnceNothingBeforeItIsOpen() {
    try (BatchLog log = BatchLog.open(storage, FOLDER, WRITING)) {
      log.append(of(1, "open"));
      log.append(end(1, ControlType.COMMIT));
    }
    LogOptions both = WRITING.toBuilder().readCommitted(true).build();
    try (Log log = Log.open(storage, FOLDER, both)) {
      assertThat(log.publish(null, "more".getBytes(UTF_8))).isEqualTo(3);
      assertThat(log.nextOffset()).isEqualTo(3);
      assertThat(values(log.consume(Log.OLDEST, 9))).containsExactly("open", "more");
    }
    try (BatchLog log = BatchLog.open(storage, FOLDER, WRITING)) {
      log.append(of(1, "open again"));
    }
    try (Log log = Log.open(storage, FOLDER, both)) {
      assertThat(log.publish(null, "hidden".getBytes(UTF_8))).isEqualTo(5);
      assertThat(log.nextOffset()).isEqualTo(3);
      assertThat(values(log.consume(Log.OLDEST, 9))).containsExactly("open", "more");
    }
  }

  /** The oracle keeps every message with the fate of its transaction. */
  @Test
  void whatIsShownIsWhatIsCommittedAtEveryMoment() {
    long seed = Seeds.next();
    var random = new Random(seed);
    var shown = new TreeMap<Long, String>();
    Map<Long, TreeMap<Long, String>> open = new HashMap<>();
    try (BatchLog log = BatchLog.open(storage, FOLDER, WRITING)) {
      log.append(batch("first"));
      shown.put(0L, "first");
      try (Log following = Log.open(storage, FOLDER, COMMITTED)) {
        LogCursor cursor = following.cursor(Log.OLDEST);
        var byCursor = new TreeMap<Long, String>();
        for (int step = 0; step < 400; step++) {
          long producer = random.nextInt(4);
          String value = "value " + step;
          switch (random.nextInt(4)) {
            case 0 -> shown.put(log.append(batch(value)), value);
            case 1 -> {
              boolean commit = random.nextBoolean();
              log.append(end(producer, commit ? ControlType.COMMIT : ControlType.ABORT));
              TreeMap<Long, String> ended = open.remove(producer);
              if (commit && ended != null) {
                shown.putAll(ended);
              }
            }
            default ->
                open.computeIfAbsent(producer, id -> new TreeMap<>())
                    .put(log.append(of(producer, value)), value);
          }
          long stable =
              open.values().stream().mapToLong(TreeMap::firstKey).min().orElse(log.range().to());
          var expected = new ArrayList<>(shown.headMap(stable).values());
          following.refresh();
          String what = "seed %d, step %d".formatted(seed, step);
          assertThat(following.nextOffset()).as(what).isEqualTo(stable);
          assertThat(values(following.consume(Log.OLDEST, 1_000))).as(what).isEqualTo(expected);
          while (cursor.next()) {
            byCursor.put(cursor.offset(), new String(cursor.value(), UTF_8));
          }
          assertThat(byCursor.values()).as(what).containsExactlyElementsOf(expected);
          if (step % 40 == 0) {
            try (Log opened = Log.open(storage, FOLDER, COMMITTED)) {
              assertThat(opened.nextOffset()).as(what).isEqualTo(stable);
              assertThat(values(opened.consume(Log.OLDEST, 1_000))).as(what).isEqualTo(expected);
            }
          }
        }
      }
    }
  }

  @Test
  void aKeyIsFoundInWhatIsCommittedAndReadOnOnlyUpToWhatIsUndecided() {
    byte[] key = {1};
    try (BatchLog log = BatchLog.open(storage, FOLDER, WRITING)) {
      log.append(new BatchBuilder().append(1, key, new byte[1], Headers.EMPTY));
      var aborted = new BatchBuilder().append(1, key, new byte[2], Headers.EMPTY);
      log.append(aborted.producer(1, (short) 0, -1, true));
      log.append(end(1, ControlType.ABORT));
      var undecided = new BatchBuilder().append(1, key, new byte[3], Headers.EMPTY);
      log.append(undecided.producer(2, (short) 0, -1, true));
      LogOptions byKey = COMMITTED.toBuilder().keyIndex(true).build();
      try (Log reader = Log.open(storage, FOLDER, byKey)) {
        assertThat(reader.offsetByKey(key)).isZero();
        assertThat(reader.consumeByKey(key, 1, 9)).isEqualTo(new Consumed(3, List.of()));
        log.append(end(2, ControlType.COMMIT));
        reader.refresh();
        assertThat(reader.offsetByKey(key)).isEqualTo(3);
        assertThat(reader.consumeByKey(key, 1, 9).messages()).hasSize(1);
      }
    }
  }
}
