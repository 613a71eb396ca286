package io.headwater.testkit.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.broker.Broker;
import io.headwater.broker.BrokerOptions;
import io.headwater.broker.BrokerView;
import io.headwater.broker.DefaultPartitioner;
import io.headwater.broker.Durability;
import io.headwater.broker.FetchedRecords;
import io.headwater.broker.IsolationLevel;
import io.headwater.broker.NewTopic;
import io.headwater.broker.OffsetAndMetadata;
import io.headwater.broker.TopicPartition;
import io.headwater.broker.TransactionalProducer;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import io.headwater.log.testing.FaultyStorage;
import io.headwater.log.testing.ManualClock;
import io.headwater.serde.Headers;
import io.headwater.serde.Serdes;
import io.headwater.state.KeyValueStore;
import io.headwater.state.ReadOnlyKeyValueStore;
import io.headwater.state.StateStore;
import io.headwater.streams.AppConfig;
import io.headwater.streams.QueryableStoreTypes;
import io.headwater.streams.StreamsBuilder;
import io.headwater.streams.Topology;
import io.headwater.streams.kstream.Consumed;
import io.headwater.streams.kstream.Grouped;
import io.headwater.streams.kstream.Materialized;
import io.headwater.streams.kstream.Produced;
import io.headwater.streams.runtime.RunningTopology;
import io.headwater.streams.runtime.Worker;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A whole application that is small enough to be stopped at each of its disk operations, and the
 * check of what is left of it. One thread takes its steps, in an order that a seed decides, and no
 * step commits more than one transaction: a loader writes lines into a topic of 3 partitions, with
 * its own position; workers copy them to a topic, count them by key into a store and a topic, and
 * by word, through a repartition topic, into another store; housekeeping passes by; now and then
 * all is closed and opened again.
 *
 * <p>Two things judge a folder. {@link #states} of a run that nothing stops: what was committed
 * after each step. And {@link Session#checkFold}, which knows nothing of that run: plain loops over
 * the lines.
 */
final class SmallApplication {
  static final Path FOLDER = Path.of("data");
  static final int PARTITIONS = 3;

  static final String LINES = "lines";
  static final String COPY = "copy";
  static final String BY_KEY = "by-key";
  static final String BY_WORD = "by-word";
  static final String ID = "small";

  private static final String POSITIONS = "positions of ";
  private static final String LOADER = "loader";
  private static final TopicPartition FILE = new TopicPartition("lines.txt", 0);
  private static final String REPARTITION = ID + "-word-repartition";
  private static final int LINES_TOTAL = 60;
  private static final int SEGMENT_BYTES = 4096;

  /** One line of the input. */
  private record Line(String key, String word, long timestampMs) {
    int partition() {
      return DefaultPartitioner.partition(key.getBytes(UTF_8), PARTITIONS);
    }
  }

  /** What a step has done, as far as the disk is concerned. */
  private enum Step {
    /** Records and positions were committed, or nothing was done. */
    COMMITTED,
    /** Besides, all that was committed before has been forced. */
    FORCED
  }

  private final long seed;
  private final Durability durability;
  private final int workers;
  private final List<Line> input = new ArrayList<>();
  private final ManualClock clock = new ManualClock(1_000_000);

  private final List<SortedMap<String, List<String>>> states = new ArrayList<>();
  private boolean recording;
  private int completed;
  private int forced;
  private final Map<Path, Long> sizesClosed = new TreeMap<>();
  private @Nullable Session opened;

  SmallApplication(long seed, Durability durability, int workers) {
    this.seed = seed;
    this.durability = durability;
    this.workers = workers;
    var random = new Random(seed);
    for (int i = 0; i < LINES_TOTAL; i++) {
      input.add(new Line("k" + random.nextInt(7), "w" + random.nextInt(4), 1000 + i));
    }
  }

  private static Topology topology() {
    var builder = new StreamsBuilder();
    var lines = builder.stream(LINES, Consumed.with(Serdes.String(), Serdes.String()));
    lines.to(COPY, Produced.with(Serdes.String(), Serdes.String()));
    lines
        .groupByKey()
        .count(Materialized.as(BY_KEY))
        .toStream()
        .to(BY_KEY, Produced.with(Serdes.String(), Serdes.Long()));
    lines
        .groupBy((key, word) -> word, Grouped.as("word"))
        .count(
            Materialized.<String, Long, KeyValueStore<byte[], byte[]>>as(BY_WORD)
                .withCachingDisabled());
    return builder.build();
  }

  /** Runs without being stopped, and notes what is committed after each step. */
  List<SortedMap<String, List<String>>> states(Storage storage) {
    recording = true;
    states.add(new TreeMap<>());
    run(storage);
    return states;
  }

  /** How many steps have been completed, before the storage stopped the run. */
  int completed() {
    return completed;
  }

  /** After how many steps all that had been committed was forced. */
  int forced() {
    return forced;
  }

  /**
   * Runs to the end, or until the storage stops it by an exception, which is thrown; all is closed
   * then, as far as the storage lets it.
   */
  void run(Storage storage) {
    try {
      takeSteps(storage);
    } catch (RuntimeException e) {
      closeOpen(e);
      throw e;
    }
  }

  private void closeOpen(RuntimeException thrown) {
    if (opened != null) {
      try {
        opened.close();
      } catch (RuntimeException e) {
        thrown.addSuppressed(e);
      }
    }
  }

  private void takeSteps(Storage storage) {
    var random = new Random(seed);
    Session session = open(storage);
    done(session, Step.COMMITTED);
    while (!session.isFinished()) {
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> {
          session.load(1 + random.nextInt(6));
          done(session, Step.COMMITTED);
        }
        case 3, 4, 5, 6, 7 -> {
          session.work(random.nextInt(session.workers().size()));
          done(session, Step.COMMITTED);
        }
        case 8, 9, 10 -> {
          clock.advance(Duration.ofMillis(300));
          done(session, session.broker.doWork() > 0 ? Step.FORCED : Step.COMMITTED);
        }
        default -> {
          if (random.nextInt(3) == 0) {
            commitAll(session);
            session.close();
            done(null, Step.FORCED);
            session = open(storage);
            done(session, Step.COMMITTED);
          }
        }
      }
    }
    commitAll(session);
    session.close();
    done(null, Step.FORCED);
  }

  /** Leaves nothing for a close to commit, so that each commit is a step. */
  private void commitAll(Session session) {
    for (int i = 0; i < session.workers().size(); i++) {
      session.workers().get(i).requestCommit();
      session.work(i);
      done(session, Step.COMMITTED);
    }
  }

  /**
   * @param session null if it is closed: what is committed is as before
   */
  private void done(@Nullable Session session, Step step) {
    completed++;
    if (step == Step.FORCED) {
      forced = completed;
    }
    if (recording) {
      states.add(session == null ? states.get(completed - 1) : committed(session.broker));
    }
  }

  /** Opens the folder and the application in it, and makes the topics if they are not there. */
  Session open(Storage storage) {
    opened = null;
    opened = new Session(storage);
    return opened;
  }

  /**
   * Runs for a while, closes, and runs on for a while without housekeeping, so that no log notes
   * meanwhile how far it is forced. Leaves all open, as a killed process does.
   *
   * @return what was committed after each step
   */
  List<SortedMap<String, List<String>>> statesUntilKilled(FaultyStorage storage) {
    recording = true;
    states.add(new TreeMap<>());
    var random = new Random(seed);
    Session session = open(storage);
    done(session, Step.COMMITTED);
    takeSome(session, random);
    commitAll(session);
    session.close();
    done(null, Step.FORCED);
    sizesClosed.putAll(segmentSizes(storage));
    session = open(storage);
    done(session, Step.COMMITTED);
    takeSome(session, random);
    return states;
  }

  private void takeSome(Session session, Random random) {
    for (int i = 0; i < 30; i++) {
      if (random.nextInt(4) == 0) {
        session.load(1 + random.nextInt(6));
      } else {
        session.work(random.nextInt(session.workers().size()));
      }
      clock.advance(Duration.ofMillis(100));
      done(session, Step.COMMITTED);
    }
  }

  private static Map<Path, Long> segmentSizes(Storage storage) {
    var sizes = new TreeMap<Path, Long>();
    for (Path folder : storage.list(FOLDER)) {
      for (Path path : storage.list(folder)) {
        if (path.toString().endsWith(".log")) {
          try (StorageFile file = storage.openReadOnly(path)) {
            sizes.put(path, file.size());
          }
        }
      }
    }
    return sizes;
  }

  /** How large a segment was at the last close, in bytes; 0 if it was not there. */
  long sizeClosed(Path segment) {
    return sizesClosed.getOrDefault(segment, 0L);
  }

  /**
   * Checks that what is left of this run is one prefix of its commits, and that it goes on to the
   * right totals.
   *
   * @param all what was committed after each step of a run that nothing stopped
   * @param earliest after so many steps at least, and at most after the one that was stopped
   */
  void checkAndFinish(
      Storage left, List<SortedMap<String, List<String>>> all, int earliest, String context) {
    int latest = Math.min(completed + 1, all.size() - 1);
    finish(
        left,
        found -> {
          if (!all.subList(earliest, latest + 1).contains(found)) {
            assertThat(found)
                .as("%s: not as after any of the steps %d to %d", context, earliest, latest)
                .isEqualTo(all.get(earliest));
          }
        },
        context);
  }

  /**
   * As {@link #checkAndFinish}, where the run was closed after it was stopped, which may have
   * committed what had been processed.
   */
  void checkClosedAndFinish(
      Storage left, List<SortedMap<String, List<String>>> all, int earliest, String context) {
    finish(
        left,
        found ->
            all.get(earliest)
                .forEach(
                    (name, records) -> {
                      if (!name.startsWith(POSITIONS)) {
                        assertThat(found.getOrDefault(name, List.of()))
                            .as("%s: %s after %d steps", context, name, earliest)
                            .startsWith(records.toArray(String[]::new));
                      }
                    }),
        context);
  }

  private void finish(
      Storage left, Consumer<SortedMap<String, List<String>>> check, String context) {
    SortedMap<String, List<String>> viewed = null;
    if (completed > 0) {
      try (BrokerView view = BrokerView.openReadOnly(FOLDER, left)) {
        viewed = committed(view);
      }
    }
    Session session = open(left);
    SortedMap<String, List<String>> found = committed(session.broker);
    check.accept(found);
    if (viewed != null) {
      assertThat(viewed).as(context + ", view and broker").isEqualTo(found);
    }
    session.checkFold(context);
    session.finish();
    session.checkFinished(context);
    session.close();

    Session again = open(left);
    again.checkFinished(context + ", closed and opened");
    again.close();
  }

  /** The application in an open folder. */
  final class Session {
    final Broker broker;
    private final RunningTopology running;
    private final TransactionalProducer producer;
    private int loaded;

    Session(Storage storage) {
      broker =
          Broker.open(
              FOLDER,
              new BrokerOptions(storage, clock, durability, SEGMENT_BYTES, Duration.ofMinutes(1)));
      try {
        for (String topic : List.of(LINES, COPY, BY_KEY)) {
          broker.createTopicIfAbsent(NewTopic.of(topic, PARTITIONS));
        }
        producer = broker.transactionalProducer(LOADER);
        loaded = position(broker, LOADER, FILE);
        running = openTopology(storage);
      } catch (RuntimeException e) {
        try {
          broker.close();
        } catch (RuntimeException failure) {
          e.addSuppressed(failure);
        }
        throw e;
      }
    }

    private RunningTopology openTopology(Storage storage) {
      return RunningTopology.open(
          new RunningTopology.Home(broker, clock, storage, FOLDER),
          ID,
          topology().plan(),
          AppConfig.builder()
              .defaultKeySerde(Serdes.String())
              .defaultValueSerde(Serdes.String())
              .build(),
          new RunningTopology.Mode(workers, 3, Duration.ofMillis(500), OptionalInt.empty()));
    }

    List<Worker> workers() {
      return running.workers();
    }

    /** Commits the next lines, as one transaction. */
    void load(int linesMax) {
      int end = Math.min(input.size(), loaded + linesMax);
      if (loaded == end) {
        return;
      }
      producer.begin();
      for (int partition = 0; partition < PARTITIONS; partition++) {
        var batch = new BatchBuilder();
        for (Line line : input.subList(loaded, end)) {
          if (line.partition() == partition) {
            batch.append(
                line.timestampMs(),
                line.key().getBytes(UTF_8),
                line.word().getBytes(UTF_8),
                Headers.EMPTY);
          }
        }
        if (!batch.isEmpty()) {
          producer.append(new TopicPartition(LINES, partition), batch);
        }
      }
      producer.addOffsets(LOADER, Map.of(FILE, OffsetAndMetadata.of(end)));
      producer.commit();
      loaded = end;
    }

    /** One step of a worker, which may commit. */
    int work(int worker) {
      return workers().get(worker).doWork();
    }

    /** Whether all is loaded, processed and committed. */
    boolean isFinished() {
      return loaded == input.size() && running.caughtUp();
    }

    /** Goes on until all is loaded, processed and committed. */
    void finish() {
      while (!isFinished()) {
        load(10);
        for (int i = 0; i < workers().size(); i++) {
          work(i);
        }
        clock.advance(Duration.ofMillis(300));
        broker.doWork();
      }
    }

    void close() {
      try {
        running.close();
      } finally {
        broker.close();
      }
    }

    /** Checks everything that is committed against loops over the lines that it rests on. */
    void checkFold(String context) {
      var wordsConsumed = new TreeMap<String, Long>();
      int consumedTotal = 0;
      for (int partition = 0; partition < PARTITIONS; partition++) {
        int number = partition;
        List<Line> expected =
            input.subList(0, loaded).stream().filter(line -> line.partition() == number).toList();
        String at = "%s, partition %d".formatted(context, partition);
        assertThat(texts(broker, LINES, partition)).as(at).isEqualTo(copies(expected));

        int consumed = consumed(LINES, partition);
        List<Line> processed = expected.subList(0, consumed);
        consumedTotal += consumed;
        assertThat(texts(broker, COPY, partition)).as(at).isEqualTo(copies(processed));

        var counts = new TreeMap<String, Long>();
        for (Line line : processed) {
          counts.merge(line.key(), 1L, Long::sum);
          wordsConsumed.merge(line.word(), 1L, Long::sum);
        }
        assertThat(store(BY_KEY, partition)).as(at).isEqualTo(counts);
        checkUpdates(partition, counts, at);
      }
      checkWords(consumedTotal, wordsConsumed, context);
    }

    /** Each update of a key is a count that it had, later than the one before; the last is last. */
    private void checkUpdates(int partition, Map<String, Long> counts, String at) {
      var last = new TreeMap<String, Long>();
      var records = new FetchedRecords();
      forEach(
          broker,
          new TopicPartition(BY_KEY, partition),
          Long.MAX_VALUE,
          records,
          () -> {
            String key = new String(records.key(), UTF_8);
            long count = ByteBuffer.wrap(records.value()).getLong();
            assertThat(count).as("%s, %s", at, key).isGreaterThan(last.getOrDefault(key, 0L));
            last.put(key, count);
          });
      assertThat(last).as(at).isEqualTo(counts);
    }

    private void checkWords(int repartitioned, Map<String, Long> wordsConsumed, String context) {
      var sent = new TreeMap<String, Long>();
      int sentTotal = 0;
      for (int partition = 0; partition < PARTITIONS; partition++) {
        List<String> words = new ArrayList<>();
        var records = new FetchedRecords();
        forEach(
            broker,
            new TopicPartition(REPARTITION, partition),
            Long.MAX_VALUE,
            records,
            () -> words.add(new String(records.key(), UTF_8)));
        sentTotal += words.size();
        words.forEach(word -> sent.merge(word, 1L, Long::sum));
        var counts = new TreeMap<String, Long>();
        for (String word : words.subList(0, consumed(REPARTITION, partition))) {
          counts.merge(word, 1L, Long::sum);
        }
        assertThat(store(BY_WORD, partition))
            .as("%s, words of partition %d", context, partition)
            .isEqualTo(counts);
      }
      assertThat(sentTotal).as(context).isEqualTo(repartitioned);
      assertThat(sent).as(context).isEqualTo(wordsConsumed);
    }

    /** Checks that the whole input is in everything. */
    void checkFinished(String context) {
      checkFold(context);
      assertThat(loaded).as(context).isEqualTo(input.size());
      var words = new TreeMap<String, Long>();
      for (int partition = 0; partition < PARTITIONS; partition++) {
        words.putAll(store(BY_WORD, partition));
      }
      assertThat(words.values().stream().mapToLong(Long::longValue).sum())
          .as(context)
          .isEqualTo(input.size());
      int copied = 0;
      for (int partition = 0; partition < PARTITIONS; partition++) {
        copied += texts(broker, COPY, partition).size();
      }
      assertThat(copied).as(context).isEqualTo(input.size());
    }

    /** How many records of a topic lie before the application's position. */
    private int consumed(String topic, int partition) {
      var id = new TopicPartition(topic, partition);
      int[] count = {0};
      forEach(broker, id, position(broker, ID, id), new FetchedRecords(), () -> count[0]++);
      return count[0];
    }

    private SortedMap<String, Long> store(String name, int partition) {
      List<StateStore> stores = List.of(running.stores(name).get(partition));
      ReadOnlyKeyValueStore<String, Long> store =
          QueryableStoreTypes.<String, Long>keyValueStore().create(stores);
      var entries = new TreeMap<String, Long>();
      try (var all = store.all()) {
        all.forEachRemaining(entry -> entries.put(entry.key, entry.value));
      }
      return entries;
    }
  }

  private static List<String> copies(List<Line> lines) {
    var texts = new ArrayList<String>();
    for (Line line : lines) {
      texts.add(text(line.key().getBytes(UTF_8), line.word().getBytes(UTF_8), line.timestampMs()));
    }
    return texts;
  }

  private static int position(BrokerView broker, String group, TopicPartition partition) {
    OffsetAndMetadata position = broker.committedOffsets(group).get(partition);
    return position == null ? 0 : (int) position.offset();
  }

  /**
   * All that is committed in a folder: the records of its topics, changelogs among them, and the
   * positions. What is empty is left out.
   */
  static SortedMap<String, List<String>> committed(BrokerView broker) {
    var state = new TreeMap<String, List<String>>();
    for (String topic : broker.topics()) {
      if (!topic.startsWith("__")) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
          List<String> texts = texts(broker, topic, partition);
          if (!texts.isEmpty()) {
            state.put(topic + "-" + partition, texts);
          }
        }
      }
    }
    for (String group : broker.groups()) {
      var positions = new ArrayList<String>();
      new TreeMap<>(broker.committedOffsets(group))
          .forEach((partition, position) -> positions.add(partition + " " + position));
      state.put(POSITIONS + group, positions);
    }
    return state;
  }

  private static List<String> texts(BrokerView broker, String topic, int partition) {
    var texts = new ArrayList<String>();
    var records = new FetchedRecords();
    forEach(
        broker,
        new TopicPartition(topic, partition),
        Long.MAX_VALUE,
        records,
        () -> texts.add(text(records.key(), records.value(), records.timestampMs())));
    return texts;
  }

  private static void forEach(
      BrokerView broker,
      TopicPartition partition,
      long offsetEnd,
      FetchedRecords records,
      Runnable action) {
    long offset = broker.startOffset(partition);
    while (true) {
      broker.fetch(partition, offset, 64 * 1024, IsolationLevel.READ_COMMITTED, records);
      if (records.isEmpty()) {
        return;
      }
      while (records.next()) {
        if (records.offset() < offsetEnd) {
          action.run();
        }
      }
      offset = records.nextOffset();
    }
  }

  private static String text(byte @Nullable [] key, byte @Nullable [] value, long timestampMs) {
    String hex = value == null ? "null" : HexFormat.of().formatHex(value);
    return (key == null ? "null" : new String(key, UTF_8)) + "=" + hex + "@" + timestampMs;
  }
}
