package io.headwater.broker;

import static io.headwater.broker.IsolationLevel.READ_COMMITTED;
import static io.headwater.broker.Topics.batch;
import static io.headwater.broker.Topics.partition;
import static io.headwater.broker.Topics.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.storage.Storage;
import io.headwater.log.testing.FaultyStorage;
import io.headwater.log.testing.Seeds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several producers and readers at once. */
class ConcurrencyTest {
  private static final int WRITERS = 3;
  private static final TopicPartition LINES = partition("lines", 0);
  private static final int COMMITS = Seeds.full() ? 2000 : 150;

  /**
   * Each writer commits to two partitions of its own, as many records to each, and to one that all
   * share. Whatever moment a reader takes, both its ends are the same, and so is the group's offset
   * if it is taken first.
   */
  @ParameterizedTest
  @EnumSource(Durability.class)
  void noReaderSeesAPartOfACommit(Durability durability) throws Exception {
    long seed = Seeds.next();
    Storage storage = Storage.memory();
    Path folder = Path.of("data");
    BrokerOptions options =
        BrokerOptions.defaults()
            .withStorage(storage)
            .withDurability(durability)
            .withSegmentBytes(16 * 1024);
    ExecutorService threads = Executors.newCachedThreadPool();
    try (Broker broker = Broker.open(folder, options)) {
      broker.createTopic(NewTopic.of("left", WRITERS));
      broker.createTopic(NewTopic.of("right", WRITERS));
      broker.createTopic(NewTopic.of("shared", 1));
      var running = new AtomicInteger(WRITERS);
      var tasks = new ArrayList<Future<Integer>>();
      for (int w = 0; w < WRITERS; w++) {
        int writer = w;
        tasks.add(threads.submit(() -> write(broker, writer, new Random(seed + writer), running)));
      }
      tasks.add(threads.submit(() -> watch(broker, running)));
      tasks.add(threads.submit(() -> view(folder, storage, running)));
      tasks.add(threads.submit(() -> work(broker, running)));
      int committed = 0;
      for (int i = 0; i < tasks.size(); i++) {
        int result = tasks.get(i).get();
        committed += i < WRITERS ? result : 0;
      }
      assertThat(read(broker, partition("shared", 0))).as("seed %d", seed).hasSize(committed);
    } finally {
      threads.shutdownNow();
    }
    try (Broker reopened = Broker.open(folder, options)) {
      for (int w = 0; w < WRITERS; w++) {
        assertThat(read(reopened, partition("left", w)))
            .isEqualTo(read(reopened, partition("right", w)));
      }
    }
  }

  private static int write(Broker broker, int writer, Random random, AtomicInteger running) {
    try (TransactionalProducer producer = broker.transactionalProducer("writer-" + writer)) {
      int committed = 0;
      for (int i = 0; i < COMMITS; i++) {
        producer.begin();
        String[] values = new String[1 + random.nextInt(3)];
        Arrays.fill(values, "%d-%d".formatted(writer, i));
        producer.append(partition("left", writer), batch(values));
        producer.append(partition("shared", 0), batch(values[0]));
        producer.append(partition("right", writer), batch(values));
        producer.addOffsets("group-" + writer, Map.of(LINES, OffsetAndMetadata.of(i + 1)));
        if (random.nextInt(4) == 0) {
          producer.abort();
        } else {
          producer.commit();
          committed++;
        }
      }
      return committed;
    } finally {
      running.decrementAndGet();
    }
  }

  private static int watch(Broker broker, AtomicInteger running) throws InterruptedException {
    int looked = 0;
    while (running.get() > 0) {
      long seen = broker.changes();
      ensureWholeCommits(broker);
      broker.awaitChange(seen, Duration.ofMillis(10));
      looked++;
    }
    return looked;
  }

  private static int view(Path folder, Storage storage, AtomicInteger running) {
    int looked = 0;
    try (ReadOnlyBroker view = BrokerView.openReadOnly(folder, storage)) {
      while (running.get() > 0) {
        view.refresh();
        ensureWholeCommits(view);
        looked++;
      }
    }
    return looked;
  }

  private static int work(Broker broker, AtomicInteger running) {
    int done = 0;
    while (running.get() > 0) {
      done += broker.doWork();
      broker.sync();
      Thread.onSpinWait();
    }
    return done;
  }

  /** Both ends are taken at one moment; the offset was committed before it. */
  private static void ensureWholeCommits(Broker broker) {
    for (int w = 0; w < WRITERS; w++) {
      TopicPartition left = partition("left", w);
      TopicPartition right = partition("right", w);
      OffsetAndMetadata position = broker.committedOffsets("group-" + w).get(LINES);
      Map<TopicPartition, Long> ends = broker.endOffsets(List.of(left, right), READ_COMMITTED);
      assertThat(ends.get(left)).as("%s", ends).isEqualTo(ends.get(right));
      if (position != null) {
        assertThat(read(broker, left)).contains("%d-%d".formatted(w, position.offset() - 1));
      }
    }
  }

  /** A view stands still, so all of it is of one moment. */
  private static void ensureWholeCommits(ReadOnlyBroker view) {
    for (int w = 0; w < WRITERS; w++) {
      List<String> values = read(view, partition("left", w));
      assertThat(values).isEqualTo(read(view, partition("right", w)));
      OffsetAndMetadata position = view.committedOffsets("group-" + w).get(LINES);
      if (position != null) {
        assertThat(values).contains("%d-%d".formatted(w, position.offset() - 1));
      }
    }
  }

  /** Not a test of speed: that many threads in one commit each get their own. */
  @ParameterizedTest
  @EnumSource(Durability.class)
  void plainAppendsOfManyThreadsAllGetTheirOwnOffsets(Durability durability) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Broker broker = Broker.inMemory(BrokerOptions.defaults().withDurability(durability))) {
      broker.createTopic(NewTopic.of("t", 1));
      var tasks = new ArrayList<Callable<Long>>();
      for (int i = 0; i < 200; i++) {
        String value = "v" + i;
        tasks.add(() -> broker.append(partition("t", 0), batch(value)));
      }
      var offsets = new ArrayList<Long>();
      for (Future<Long> future : threads.invokeAll(tasks)) {
        offsets.add(future.get());
      }
      List<String> values = read(broker, partition("t", 0));
      assertThat(offsets).doesNotHaveDuplicates();
      for (int i = 0; i < offsets.size(); i++) {
        assertThat(values.get((int) (long) offsets.get(i))).isEqualTo("v" + i);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /**
   * A sync that waits for another one, while a topic is created and committed to, must not count
   * that commit as settled without having looked at that topic.
   */
  @Test
  void aCommitToATopicThatIsNewerThanAWaitingSyncSurvivesAKilledProcess() throws Exception {
    var storage = new FaultyStorage(Seeds.next());
    BrokerOptions options =
        BrokerOptions.defaults().withStorage(storage).withDurability(Durability.OS);
    Broker broker = Broker.open(Path.of("data"), options);
    broker.createTopic(NewTopic.of("old", 1));
    TransactionalProducer producer = broker.transactionalProducer("tx");
    broker.append(partition("old", 0), batch("unsettled"));

    var waiting = new Thread(broker::sync);
    storage.failForces(
        path -> {
          if (path.toString().contains("old-0") && waiting.getState() == Thread.State.NEW) {
            waiting.start();
            while (waiting.getState() != Thread.State.WAITING) {
              Thread.onSpinWait();
            }
            broker.createTopic(NewTopic.of("new", 1));
            producer.begin();
            producer.append(partition("new", 0), batch("committed"));
            producer.commit();
          }
          return false;
        });
    broker.sync();
    waiting.join();
    try (Broker next =
        Broker.open(Path.of("data"), BrokerOptions.defaults().withStorage(storage.afterKill()))) {
      assertThat(read(next, partition("new", 0))).containsExactly("committed");
    }
  }
}
