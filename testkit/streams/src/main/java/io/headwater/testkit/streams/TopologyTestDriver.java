package io.headwater.testkit.streams;

import io.headwater.broker.Broker;
import io.headwater.broker.BrokerOptions;
import io.headwater.broker.DefaultPartitioner;
import io.headwater.broker.Durability;
import io.headwater.broker.TopicPartition;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.storage.Storage;
import io.headwater.serde.Deserializer;
import io.headwater.serde.Headers;
import io.headwater.serde.Serializer;
import io.headwater.state.KeyValueStore;
import io.headwater.state.StateStore;
import io.headwater.state.ValueAndTimestamp;
import io.headwater.state.WindowStore;
import io.headwater.state.task.KeyValueCells;
import io.headwater.state.task.WindowCells;
import io.headwater.streams.AppConfig;
import io.headwater.streams.AppMetrics;
import io.headwater.streams.Topology;
import io.headwater.streams.runtime.RunningTopology;
import io.headwater.streams.runtime.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Runs a topology in a test: the runtime of applications, stepped by the test, on topics in memory
 * and a clock that stands still. Each record that is piped in goes through the whole topology,
 * repartition topics included, and is committed before the next; so every update of a table is
 * seen, whether or not its store has a cache. Topics come into being with one partition, or as many
 * as the test wants. For one thread.
 *
 * <pre>{@code
 * try (var driver = new TopologyTestDriver(builder.build())) {
 *   var words = driver.createInputTopic("words", string.serializer(), string.serializer());
 *   var counts = driver.createOutputTopic("counts", string.deserializer(), longs.deserializer());
 *   words.pipeInput("a", "x");
 *   assertThat(counts.readKeyValue()).isEqualTo(KeyValue.pair("a", 1L));
 * }
 * }</pre>
 */
public final class TopologyTestDriver implements AutoCloseable {
  private static final String APPLICATION_ID = "test-driver";

  private final ManualClock clock;
  private final Broker broker;
  private final RunningTopology running;
  private final Worker worker;
  private final BatchBuilder batch = new BatchBuilder();
  private final Map<String, TopicReader> readers = new HashMap<>();
  private final Map<String, InputPartitions> inputs = new HashMap<>();

  /** A driver whose wall clock starts at the time that it is now. */
  public TopologyTestDriver(Topology topology) {
    this(topology, AppConfig.defaults());
  }

  /** A driver whose wall clock starts at the time that it is now. */
  public TopologyTestDriver(Topology topology, AppConfig config) {
    this(topology, config, Instant.ofEpochMilli(System.currentTimeMillis()));
  }

  public TopologyTestDriver(Topology topology, Instant initialWallClockTime) {
    this(topology, AppConfig.defaults(), initialWallClockTime);
  }

  public TopologyTestDriver(Topology topology, AppConfig config, Instant initialWallClockTime) {
    this(topology, config, initialWallClockTime, 1);
  }

  /**
   * A driver whose topics have several partitions: there is a task for each.
   *
   * @param partitions how many each topic has that the topology does not own
   */
  public TopologyTestDriver(
      Topology topology, AppConfig config, Instant initialWallClockTime, int partitions) {
    clock = new ManualClock(initialWallClockTime);
    broker =
        Broker.inMemory(BrokerOptions.defaults().withClock(clock).withDurability(Durability.OS));
    try {
      running =
          RunningTopology.open(
              new RunningTopology.Home(broker, clock, Storage.memory(), null),
              APPLICATION_ID,
              topology.plan(),
              config,
              new RunningTopology.Mode(1, 1, Duration.ZERO, OptionalInt.of(partitions)));
    } catch (RuntimeException e) {
      broker.close();
      throw e;
    }
    worker = running.workers().get(0);
    work();
  }

  /** How many records were piped to a topic whose partition is not chosen by the key. */
  private static final class InputPartitions {
    private final int count;
    private int next;

    private InputPartitions(int count) {
      this.count = count;
    }

    private int choose(byte @Nullable [] key) {
      if (key != null) {
        return DefaultPartitioner.partition(key, count);
      }
      next = (next + 1) % count;
      return next;
    }
  }

  /** An input topic whose records without a time get the wall-clock time of now. */
  public <K, V> TestInputTopic<K, V> createInputTopic(
      String topicName, Serializer<K> keySerializer, Serializer<V> valueSerializer) {
    return createInputTopic(
        topicName, keySerializer, valueSerializer, clock.instant(), Duration.ZERO);
  }

  /**
   * An input topic with a time of its own, for records without one.
   *
   * @param autoAdvance how much that time moves with each such record
   */
  public <K, V> TestInputTopic<K, V> createInputTopic(
      String topicName,
      Serializer<K> keySerializer,
      Serializer<V> valueSerializer,
      Instant startTimestamp,
      Duration autoAdvance) {
    return new TestInputTopic<>(
        this, topicName, keySerializer, valueSerializer, startTimestamp, autoAdvance);
  }

  public <K, V> TestOutputTopic<K, V> createOutputTopic(
      String topicName, Deserializer<K> keyDeserializer, Deserializer<V> valueDeserializer) {
    return new TestOutputTopic<>(this, topicName, keyDeserializer, valueDeserializer);
  }

  void pipe(
      String topic,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Headers headers,
      long timestampMs) {
    InputPartitions partitions = inputs.get(topic);
    if (partitions == null) {
      if (!broker.topics().contains(topic)) {
        throw new IllegalArgumentException(
            "Unknown topic: %s; the topology has %s".formatted(topic, broker.topics()));
      }
      partitions = new InputPartitions(broker.describe(topic).partitions().size());
      inputs.put(topic, partitions);
    }
    batch.reset();
    batch.append(timestampMs, key, value, headers);
    broker.append(new TopicPartition(topic, partitions.choose(key)), batch);
    work();
  }

  private void work() {
    while (worker.doWork() > 0) {
      // until there is nothing left to do at this time
    }
  }

  /** Moves the wall clock, and fires the schedules that are due by then, each at most once. */
  public void advanceWallClockTime(Duration advance) {
    if (advance.isNegative()) {
      throw new IllegalArgumentException("time cannot go back, advance was " + advance);
    }
    clock.advance(advance);
    work();
  }

  TestRecord<byte[], byte[]> read(String topic) {
    TestRecord<byte[], byte[]> record = unread(topic).poll();
    if (record == null) {
      throw new NoSuchElementException("Empty topic: " + topic);
    }
    return record;
  }

  /** What the test has not read yet; who reads a record removes it. */
  Queue<TestRecord<byte[], byte[]>> unread(String topic) {
    return reader(topic).unread();
  }

  private TopicReader reader(String topic) {
    TopicReader reader = readers.get(topic);
    if (reader == null) {
      if (!broker.topics().contains(topic)) {
        throw new NoSuchElementException("Uninitialized topic: " + topic);
      }
      reader = new TopicReader(broker, topic);
      readers.put(topic, reader);
    }
    return reader;
  }

  /** The topics that something was written to by the topology, internal ones too. */
  public Set<String> producedTopicNames() {
    var names = new TreeSet<String>();
    for (String topic : broker.topics()) {
      if (!topic.startsWith("__") && !inputs.containsKey(topic) && reader(topic).isWritten()) {
        names.add(topic);
      }
    }
    return names;
  }

  /** What the topology has done so far. */
  public AppMetrics metrics() {
    return running.metrics();
  }

  /** All stores, by name; of a store with several partitions, that of the first. */
  public Map<String, StateStore> getAllStateStores() {
    var stores = new TreeMap<String, StateStore>();
    for (String name : running.storeNames()) {
      stores.put(name, running.stores(name).get(0));
    }
    return stores;
  }

  /** The store of that name, or null if there is none; of several partitions, that of the first. */
  public @Nullable StateStore getStateStore(String name) {
    return getStateStore(name, 0);
  }

  /** The store of that name in the task of that partition, or null if there is none. */
  public @Nullable StateStore getStateStore(String name, int partition) {
    List<StateStore> stores = running.stores(name);
    return partition < stores.size() ? stores.get(partition) : null;
  }

  /**
   * The values of a key-value store, without their times if it keeps any, or null if there is no
   * such store.
   *
   * @throws IllegalStateException if the store has several partitions: name one
   */
  public <K, V> @Nullable KeyValueStore<K, V> getKeyValueStore(String name) {
    return getKeyValueStore(name, onlyPartition(name));
  }

  /** The values of one partition of a key-value store, or null if there is no such store. */
  public <K, V> @Nullable KeyValueStore<K, V> getKeyValueStore(String name, int partition) {
    KeyValueCells<K, V> cells = keyValueCells(name, partition);
    return cells == null
        ? null
        : new DriverKeyValueStore<>(
            cells,
            cells.committed(),
            (key, value) -> write(() -> cells.cell(key).set(value, clock.millis())));
  }

  /**
   * The values of a key-value store with their times, or null if there is no such store.
   *
   * @throws IllegalStateException if the store has several partitions: name one
   */
  public <K, V> @Nullable KeyValueStore<K, ValueAndTimestamp<V>> getTimestampedKeyValueStore(
      String name) {
    return getTimestampedKeyValueStore(name, onlyPartition(name));
  }

  /** The values of one partition of a key-value store with their times; null if there is none. */
  public <K, V> @Nullable KeyValueStore<K, ValueAndTimestamp<V>> getTimestampedKeyValueStore(
      String name, int partition) {
    KeyValueCells<K, V> cells = keyValueCells(name, partition);
    return cells == null
        ? null
        : new DriverKeyValueStore<>(
            cells,
            cells.committedWithTimestamps(),
            (key, value) ->
                write(
                    () ->
                        cells
                            .cell(key)
                            .set(
                                ValueAndTimestamp.getValueOrNull(value),
                                value == null ? clock.millis() : value.timestamp())));
  }

  /**
   * The values of a window store, without their times if it keeps any, or null if there is no such
   * store.
   *
   * @throws IllegalStateException if the store has several partitions: name one
   */
  public <K, V> @Nullable WindowStore<K, V> getWindowStore(String name) {
    return getWindowStore(name, onlyPartition(name));
  }

  /** The values of one partition of a window store, or null if there is no such store. */
  public <K, V> @Nullable WindowStore<K, V> getWindowStore(String name, int partition) {
    WindowCells<K, V> cells = windowCells(name, partition);
    return cells == null
        ? null
        : new DriverWindowStore<>(
            cells,
            cells.committed(),
            (key, value, windowStartMs) ->
                write(() -> cells.cell(key, windowStartMs).set(value, windowStartMs)));
  }

  /**
   * The values of a window store with their times, or null if there is no such store.
   *
   * @throws IllegalStateException if the store has several partitions: name one
   */
  public <K, V> @Nullable WindowStore<K, ValueAndTimestamp<V>> getTimestampedWindowStore(
      String name) {
    return getTimestampedWindowStore(name, onlyPartition(name));
  }

  /** The values of one partition of a window store with their times; null if there is none. */
  public <K, V> @Nullable WindowStore<K, ValueAndTimestamp<V>> getTimestampedWindowStore(
      String name, int partition) {
    WindowCells<K, V> cells = windowCells(name, partition);
    return cells == null
        ? null
        : new DriverWindowStore<>(
            cells,
            cells.committedWithTimestamps(),
            (key, value, windowStartMs) ->
                write(
                    () ->
                        cells
                            .cell(key, windowStartMs)
                            .set(
                                ValueAndTimestamp.getValueOrNull(value),
                                value == null ? windowStartMs : value.timestamp())));
  }

  @SuppressWarnings("unchecked") // the caller says what the store's types are, as in Kafka Streams
  private <K, V> @Nullable KeyValueCells<K, V> keyValueCells(String name, int partition) {
    StateStore store = getStateStore(name, partition);
    return store instanceof KeyValueCells<?, ?> cells ? (KeyValueCells<K, V>) cells : null;
  }

  @SuppressWarnings("unchecked") // the caller says what the store's types are, as in Kafka Streams
  private <K, V> @Nullable WindowCells<K, V> windowCells(String name, int partition) {
    StateStore store = getStateStore(name, partition);
    return store instanceof WindowCells<?, ?> cells ? (WindowCells<K, V>) cells : null;
  }

  private int onlyPartition(String name) {
    int partitions = running.stores(name).size();
    if (partitions > 1) {
      throw new IllegalStateException(
          "store %s has %d partitions: say which one you mean".formatted(name, partitions));
    }
    return 0;
  }

  /** Lets a test change a store, and commits it as a record's changes are. */
  private void write(Runnable change) {
    change.run();
    worker.requestCommit();
    work();
  }

  /** Ends the topology: its processors and stores are closed. */
  @Override
  public void close() {
    try {
      running.close();
    } finally {
      broker.close();
    }
  }
}
