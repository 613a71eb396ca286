package io.headwater.broker;

import static io.headwater.broker.Topics.batch;
import static io.headwater.broker.Topics.partition;
import static io.headwater.broker.Topics.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.storage.Storage;
import io.headwater.log.testing.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A random run of transactions of one or more producers, whose order of commits is known, and the
 * check of what is left of it after a crash. The oracle is a list of the commits in the order in
 * which the run asked for them; it knows nothing of logs.
 */
final class CommitWorkload {
  static final Path FOLDER = Path.of("data");
  private static final int PARTITIONS = 3;
  private static final String TOPIC = "out";
  private static final TopicPartition INPUT = partition("in", 0);
  private static final TopicPartition SOURCE = partition("lines.json", 0);
  private static final String GROUP = "g";

  /** What one commit adds. */
  private record Commit(Map<Integer, List<String>> records, long sourceOffset, long inputOffset) {}

  /** A producer and what its open transaction has written. */
  private static final class Writer {
    final TransactionalProducer producer;
    final Map<Integer, List<String>> records = new HashMap<>();

    Writer(TransactionalProducer producer) {
      this.producer = producer;
    }
  }

  private final long seed;
  private final int transactions;
  private final int producers;
  private final Durability durability;
  private final ManualClock clock = new ManualClock(1_000_000);
  private final List<Commit> commits = new ArrayList<>();
  private int acknowledged;
  private boolean topicsCreated;
  private long inputEnd;

  CommitWorkload(long seed, int transactions, int producers, Durability durability) {
    this.seed = seed;
    this.transactions = transactions;
    this.producers = producers;
    this.durability = durability;
  }

  private BrokerOptions options(Storage storage) {
    return new BrokerOptions(storage, clock, durability, 2048, Duration.ofMinutes(1));
  }

  /** Runs to the end, or until the storage stops it by an exception, which is thrown. */
  void run(Storage storage) {
    var random = new Random(seed);
    Broker broker = Broker.open(FOLDER, options(storage));
    broker.createTopicIfAbsent(NewTopic.of("in", 1));
    broker.createTopicIfAbsent(NewTopic.of(TOPIC, PARTITIONS));
    topicsCreated = true;
    var writers = new ArrayList<Writer>();
    for (int i = 0; i < producers; i++) {
      writers.add(new Writer(broker.transactionalProducer("producer-" + i)));
    }
    int ended = 0;
    int value = 0;
    while (ended < transactions) {
      Writer writer = writers.get(random.nextInt(producers));
      if (writer.records.isEmpty()) {
        writer.producer.begin();
        writer.records.put(-1, List.of());
      }
      int step = random.nextInt(10);
      if (step < 5) {
        int at = random.nextInt(PARTITIONS);
        String text =
            "%d-%d".formatted(++value, random.nextInt(1000)).repeat(1 + random.nextInt(8));
        writer.producer.append(partition(TOPIC, at), batch(text));
        writer.records.computeIfAbsent(at, key -> new ArrayList<>()).add(text);
      } else if (step < 6) {
        broker.append(INPUT, batch("input"));
        inputEnd++;
      } else if (step < 7) {
        clock.advance(Duration.ofMillis(400));
        broker.doWork();
      } else {
        ended++;
        if (random.nextInt(5) == 0) {
          writer.producer.abort();
        } else {
          writer.producer.addOffsets(
              GROUP,
              Map.of(
                  SOURCE,
                  OffsetAndMetadata.of(commits.size() + 1),
                  INPUT,
                  OffsetAndMetadata.of(inputEnd)));
          writer.records.remove(-1);
          commits.add(new Commit(new HashMap<>(writer.records), commits.size() + 1, inputEnd));
          writer.producer.commit();
          acknowledged = commits.size();
        }
        writer.records.clear();
      }
    }
    broker.close();
  }

  /** Opens what is left, and leaves it open as a killed process does. */
  void open(Storage storage) {
    assertThat(Broker.open(FOLDER, options(storage)).topics()).isNotEmpty();
  }

  /**
   * Opens what is left and checks that it is the state after one prefix of the commits, in a view
   * beforehand, in the broker, and after one more commit and a clean close.
   *
   * @param keepsAcknowledged whether everything acknowledged must be there
   */
  void check(Storage storage, boolean keepsAcknowledged, String context) {
    if (!storage.exists(FOLDER.resolve(FolderFormat.FILE)) && !topicsCreated) {
      return; // it was stopped before there was anything
    }
    // With several producers one that was stopped may still hold back what others committed.
    boolean exactView = topicsCreated && producers == 1;
    int viewed = -1;
    if (exactView) {
      try (BrokerView view = BrokerView.openReadOnly(FOLDER, storage)) {
        viewed = prefix(view, context + ", view");
      }
    }
    int found;
    try (Broker broker = Broker.open(FOLDER, options(storage))) {
      if (!topicsCreated) {
        broker.createTopicIfAbsent(NewTopic.of("in", 1));
        broker.createTopicIfAbsent(NewTopic.of(TOPIC, PARTITIONS));
      }
      found = prefix(broker, context);
      if (keepsAcknowledged) {
        assertThat(found).as(context).isGreaterThanOrEqualTo(acknowledged);
      }
      if (exactView) {
        assertThat(viewed).as(context + ", view and broker").isEqualTo(found);
      }
      TransactionalProducer producer = broker.transactionalProducer("producer-0");
      producer.begin();
      producer.append(partition(TOPIC, 0), batch("after"));
      producer.commit();
      List<String> values = read(broker, partition(TOPIC, 0));
      assertThat(values).as(context).endsWith("after");
    }
    try (Broker broker = Broker.open(FOLDER, options(storage))) {
      List<String> values = read(broker, partition(TOPIC, 0));
      assertThat(values).as(context).endsWith("after");
      assertThat(values.subList(0, values.size() - 1))
          .as(context)
          .containsExactlyInAnyOrderElementsOf(expected(found).getOrDefault(0, List.of()));
      assertThat(broker.committedOffsets(GROUP)).as(context).isEqualTo(positions(found));
    }
  }

  /** Which prefix of the commits is there. All partitions and offsets must be at the same one. */
  private int prefix(BrokerView broker, String context) {
    Map<TopicPartition, OffsetAndMetadata> positions = broker.committedOffsets(GROUP);
    OffsetAndMetadata at = positions.get(SOURCE);
    int count = at == null ? 0 : (int) at.offset();
    assertThat(count).as(context).isLessThanOrEqualTo(commits.size());
    assertThat(positions).as(context).isEqualTo(positions(count));
    Map<Integer, List<String>> expected = expected(count);
    for (int i = 0; i < PARTITIONS; i++) {
      assertThat(read(broker, partition(TOPIC, i)))
          .as("%s, %d commits, partition %d", context, count, i)
          .containsExactlyInAnyOrderElementsOf(expected.getOrDefault(i, List.of()));
    }
    if (count > 0) {
      assertThat(broker.endOffset(INPUT, IsolationLevel.READ_COMMITTED))
          .as(context + ", input")
          .isGreaterThanOrEqualTo(commits.get(count - 1).inputOffset());
    }
    return count;
  }

  private Map<TopicPartition, OffsetAndMetadata> positions(int count) {
    if (count == 0) {
      return Map.of();
    }
    Commit last = commits.get(count - 1);
    return Map.of(
        SOURCE,
        OffsetAndMetadata.of(last.sourceOffset()),
        INPUT,
        OffsetAndMetadata.of(last.inputOffset()));
  }

  private Map<Integer, List<String>> expected(int count) {
    var expected = new TreeMap<Integer, List<String>>();
    for (Commit commit : commits.subList(0, count)) {
      commit
          .records()
          .forEach(
              (at, values) -> expected.computeIfAbsent(at, k -> new ArrayList<>()).addAll(values));
    }
    return expected;
  }
}
