package io.headwater.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.policy.Trim;
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
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Deleting from a log that has transactions, and measuring it. */
class DeleteWithTransactionsTest {
  private static final Path FOLDER = Path.of("orders-3");
  private static final LogOptions OPTIONS =
      LogOptions.builder().segmentBytes(700).indexIntervalBytes(100).build();

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

  private Log open(boolean readCommitted) {
    return Log.open(storage, FOLDER, OPTIONS.toBuilder().readCommitted(readCommitted).build());
  }

  private static Map<Long, String> messages(Log log) {
    var messages = new TreeMap<Long, String>();
    for (Message message : LogContract.all(log, 3)) {
      messages.put(message.offset(), LogContract.value(message));
    }
    return messages;
  }

  /** The ends of transactions that are there, by offset. */
  private Map<Long, ControlType> markers() {
    var markers = new TreeMap<Long, ControlType>();
    try (BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS)) {
      log.forEachBatch(
          0,
          batch -> {
            if (batch.isControl()) {
              markers.put(batch.baseOffset(), batch.controlType());
            }
          });
    }
    return markers;
  }

  @Test
  void theEndsOfTransactionsAreNoMessagesAndStay() {
    try (BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS)) {
      log.append(of(1, "a", "b"));
      log.append(end(1, ControlType.COMMIT));
      log.append(of(2, "x"));
      log.append(end(2, ControlType.ABORT));
      log.append(batch("c"));
    }
    var expected = Map.of(2L, ControlType.COMMIT, 4L, ControlType.ABORT);
    assertThat(markers()).isEqualTo(expected);
    try (Log log = open(false)) {
      assertThat(log.stat().messages()).isEqualTo(4);
      assertThat(log.delete(OffsetSet.of(2, 4))).isEqualTo(Deleted.NOTHING);
      assertThat(log.deleteAll(OffsetSet.range(0, 100), DeleteBackoff.NONE).offsets())
          .isEqualTo(OffsetSet.of(0, 1, 3, 5));
      assertThat(log.stat().messages()).isZero();
      assertThat(log.range()).isEqualTo(new OffsetRange(6, 6));
    }
    assertThat(markers()).isEqualTo(expected);
    try (Log log = open(true)) {
      assertThat(log.stat().messages()).isZero();
      assertThat(log.range()).isEqualTo(new OffsetRange(6, 6));
      assertThat(log.publish(null, new byte[1])).isEqualTo(7);
    }
  }

  @Test
  void theFirstSegmentsGoWithTheirTransactions() {
    try (BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS)) {
      log.append(of(1, "a"));
      log.append(end(1, ControlType.ABORT));
      log.roll();
      log.append(of(1, "b"));
      log.append(end(1, ControlType.COMMIT));
      log.dropSegmentsBefore(2);
    }
    assertThat(markers()).isEqualTo(Map.of(3L, ControlType.COMMIT));
    try (Log log = open(true)) {
      assertThat(messages(log)).isEqualTo(Map.of(2L, "b"));
      assertThat(log.stat().messages()).isEqualTo(1);
    }
  }

  /** Transactions at random, and what a log that shows them all, or only committed ones, has. */
  private final class Workload {
    private final Random random;
    private final TreeMap<Long, String> records = new TreeMap<>();
    private final TreeSet<Long> aborted = new TreeSet<>();
    private final Map<Long, List<Long>> undecided = new HashMap<>();
    private final TreeMap<Long, ControlType> markers = new TreeMap<>();

    Workload(Random random) {
      this.random = random;
    }

    void append(int batches) {
      try (BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS)) {
        for (int i = 0; i < batches; i++) {
          append(log);
        }
      }
    }

    private void append(BatchLog log) {
      long producer = random.nextInt(4);
      if (undecided.containsKey(producer) && random.nextInt(3) == 0) {
        ControlType type = random.nextBoolean() ? ControlType.ABORT : ControlType.COMMIT;
        markers.put(log.append(end(producer, type)), type);
        List<Long> offsets = undecided.remove(producer);
        if (type == ControlType.ABORT) {
          aborted.addAll(offsets);
        }
        return;
      }
      String[] values = new String[1 + random.nextInt(3)];
      for (int i = 0; i < values.length; i++) {
        values[i] = "v".repeat(random.nextInt(60)) + random.nextInt();
      }
      long base = log.append(producer == 0 ? batch(values) : of(producer, values));
      for (int i = 0; i < values.length; i++) {
        records.put(base + i, values[i]);
        if (producer > 0) {
          undecided.computeIfAbsent(producer, each -> new ArrayList<>()).add(base + i);
        }
      }
    }

    private Map<Long, String> committed(long end) {
      var committed = new TreeMap<>(records.headMap(end));
      committed.keySet().removeAll(aborted);
      return committed;
    }

    /** Below the first undecided message, since a transaction may lose its start. */
    void delete(long stableOffset) {
      OffsetSet.Builder unwanted = OffsetSet.builder();
      int kept = 1 + random.nextInt(4);
      long from = random.nextLong(stableOffset + 1);
      for (long offset = from; offset < Math.min(stableOffset, from + 40); offset++) {
        if (random.nextInt(kept) == 0) {
          unwanted.add(offset);
        }
      }
      OffsetSet.Builder expected = OffsetSet.builder();
      OffsetSet offsets = unwanted.build();
      offsets.stream().filter(records::containsKey).forEach(expected::add);
      try (Log log = open(random.nextBoolean())) {
        assertThat(log.deleteAll(offsets, DeleteBackoff.NONE).offsets())
            .isEqualTo(expected.build());
      }
      offsets.stream().forEach(records::remove);
    }

    void check() {
      long stable;
      try (Log log = open(true)) {
        stable = log.nextOffset();
        assertThat(messages(log)).isEqualTo(committed(stable));
        assertThat(log.stat().messages()).isEqualTo(records.size());
      }
      try (Log log = open(false)) {
        assertThat(messages(log)).isEqualTo(records);
        assertThat(log.stat().messages()).isEqualTo(records.size());
        assertThat(log.segments().stream().mapToLong(SegmentStat::messages).sum())
            .isEqualTo(records.size());
        long firstUndecided =
            undecided.values().stream().mapToLong(each -> each.get(0)).min().orElse(stable);
        assertThat(stable).isEqualTo(firstUndecided);
      }
      assertThat(markers()).isEqualTo(markers);
    }
  }

  @Test
  void whatIsCommittedStaysSoWhateverIsDeleted() {
    Seeds.forEach(
        20,
        500,
        seed -> {
          storage.list(FOLDER).forEach(storage::delete);
          var workload = new Workload(new Random(seed));
          for (int round = 0; round < 5; round++) {
            workload.append(30);
            workload.check();
            for (int i = 0; i < 3; i++) {
              long stable;
              try (Log log = open(true)) {
                stable = log.nextOffset();
              }
              workload.delete(stable);
              workload.check();
            }
          }
        });
  }

  @Test
  void aTrimmedLogCountsMessagesNotMarkers() {
    var workload = new Workload(new Random(1));
    workload.append(60);
    try (Log log = open(false)) {
      Trim.byCount(7).apply(log);
      assertThat(log.stat().messages()).isEqualTo(7);
      assertThat(messages(log)).isEqualTo(workload.records.tailMap(log.range().from()));
    }
  }

  @Test
  void trimmingALogOfCommittedMessagesCountsOnlyThose() {
    try (BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS)) {
      for (int i = 0; i < 10; i++) {
        log.append(of(1, "committed"));
        log.append(end(1, ControlType.COMMIT));
        log.append(of(2, "aborted", "aborted"));
        log.append(end(2, ControlType.ABORT));
      }
      log.append(of(3, "undecided"));
    }
    try (Log log = open(true)) {
      assertThat(Trim.byCount(10).find(log)).isEqualTo(OffsetSet.EMPTY);
      Trim.byCount(4).apply(log, DeleteBackoff.NONE);
      assertThat(messages(log).keySet()).containsExactly(30L, 35L, 40L, 45L);
      assertThat(Trim.bySize(0).find(log).last()).isEqualTo(49);
      Trim.byCount(0).apply(log, DeleteBackoff.NONE);
      assertThat(messages(log)).isEmpty();
    }
  }
}
