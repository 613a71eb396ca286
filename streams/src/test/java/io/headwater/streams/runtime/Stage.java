package io.headwater.streams.runtime;

import io.headwater.broker.Broker;
import io.headwater.broker.BrokerOptions;
import io.headwater.broker.FetchedRecords;
import io.headwater.broker.IsolationLevel;
import io.headwater.broker.NewTopic;
import io.headwater.broker.TopicPartition;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.storage.Storage;
import io.headwater.serde.Headers;
import io.headwater.streams.AppConfig;
import io.headwater.streams.Topology;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A folder in memory, a clock that stands still, and topologies that are run step by step. */
final class Stage implements AutoCloseable {
  static final String APPLICATION = "app";

  private static final Path FOLDER = Path.of("stage");

  private final Storage storage;
  private Instant now = Instant.ofEpochMilli(1_000_000);
  private Broker broker;

  Stage() {
    this(Storage.memory());
  }

  Stage(Storage storage) {
    this.storage = storage;
    broker = open();
  }

  private Broker open() {
    return Broker.open(FOLDER, BrokerOptions.defaults().withStorage(storage).withClock(clock()));
  }

  private InstantSource clock() {
    return () -> now;
  }

  Broker broker() {
    return broker;
  }

  Storage storage() {
    return storage;
  }

  Path folder() {
    return FOLDER;
  }

  void advance(Duration time) {
    now = now.plus(time);
  }

  /** As after the end of the process: what was not committed is gone. */
  void reopen() {
    broker.close();
    broker = open();
  }

  Stage topic(String name, int partitions) {
    broker.createTopic(NewTopic.of(name, partitions));
    return this;
  }

  void write(String topic, int partition, long timestampMs, @Nullable String key, String value) {
    broker.append(
        new TopicPartition(topic, partition),
        new BatchBuilder()
            .append(
                timestampMs,
                key == null ? null : key.getBytes(StandardCharsets.UTF_8),
                value.getBytes(StandardCharsets.UTF_8),
                Headers.EMPTY));
  }

  /** The committed records of all partitions, as {@code key=value}. */
  List<String> read(String topic) {
    var found = new ArrayList<String>();
    int partitions = broker.describe(topic).partitions().size();
    for (int partition = 0; partition < partitions; partition++) {
      long offset = 0;
      FetchedRecords records;
      do {
        records =
            broker.fetch(
                new TopicPartition(topic, partition),
                offset,
                1 << 16,
                IsolationLevel.READ_COMMITTED);
        while (records.next()) {
          found.add(text(records.key()) + "=" + text(records.value()));
        }
        offset = records.nextOffset();
      } while (!records.isEmpty());
    }
    return found;
  }

  static String text(byte @Nullable [] bytes) {
    return bytes == null ? "null" : new String(bytes, StandardCharsets.UTF_8);
  }

  RunningTopology run(Topology topology, AppConfig config) {
    return run(topology, config, Worker.RECORDS_PER_STEP);
  }

  RunningTopology run(Topology topology, AppConfig config, int recordsPerStep) {
    return RunningTopology.open(
        new RunningTopology.Home(broker, clock(), storage, FOLDER),
        APPLICATION,
        topology.plan(),
        config,
        new RunningTopology.Mode(
            config.threads(), recordsPerStep, config.commitInterval(), OptionalInt.empty()));
  }

  /** Steps until nothing is left to do at this time. */
  static void work(RunningTopology running) {
    boolean busy;
    do {
      busy = false;
      for (Worker worker : running.workers()) {
        busy |= worker.doWork() > 0;
      }
    } while (busy);
  }

  /** Steps, and lets the commit interval pass, until all is processed and committed. */
  void finish(RunningTopology running) {
    do {
      work(running);
      advance(Duration.ofMillis(100));
      work(running);
    } while (!running.caughtUp());
  }

  @Override
  public void close() {
    broker.close();
  }
}
