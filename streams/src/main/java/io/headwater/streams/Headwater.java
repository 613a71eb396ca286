package io.headwater.streams;

import io.headwater.broker.Broker;
import io.headwater.broker.BrokerOptions;
import io.headwater.streams.runtime.Housekeeping;
import io.headwater.streams.runtime.RunningTopology;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A folder of topics, or topics in memory, and the applications that work on them in this process.
 * Safe for many threads.
 *
 * <pre>{@code
 * try (var headwater = Headwater.open(Path.of("data"))) {
 *   headwater.broker().createTopicIfAbsent(NewTopic.of("words", 3));
 *   var builder = new StreamsBuilder();
 *   builder.stream("words", Consumed.with(Serdes.String(), Serdes.String()))
 *       .groupByKey()
 *       .count(Materialized.as("counts"));
 *   Application counting = headwater.run("counting", builder.build());
 * }
 * }</pre>
 */
public final class Headwater implements AutoCloseable {
  private static final Pattern APPLICATION_ID = Pattern.compile("[a-zA-Z0-9._-]{1,100}");

  private final Broker broker;
  private final RunningTopology.Home home;
  private final Housekeeping housekeeping;

  /** By id; changed under this object's lock. */
  private final Map<String, Application> applications = new ConcurrentHashMap<>();

  private boolean closed;

  private Headwater(Broker broker, BrokerOptions options, @Nullable Path folder) {
    this.broker = broker;
    home = new RunningTopology.Home(broker, options.clock(), options.storage(), folder);
    housekeeping = new Housekeeping(broker, this::checkpoint);
  }

  /**
   * Opens a folder on this machine's disk; creates it if it is not there. What was committed in it
   * is there, whatever happened to the process that wrote it.
   *
   * @throws io.headwater.broker.BrokerException if another process has it open, or it is of a newer
   *     format
   */
  public static Headwater open(Path folder) {
    return open(folder, BrokerOptions.defaults());
  }

  /** As {@link #open(Path)}, with other durability, clock or storage. */
  public static Headwater open(Path folder, BrokerOptions options) {
    return new Headwater(Broker.open(folder, options), options, folder);
  }

  /** Topics that are gone when it is closed. */
  public static Headwater inMemory() {
    return inMemory(BrokerOptions.defaults());
  }

  /** As {@link #inMemory()}, with another clock. */
  public static Headwater inMemory(BrokerOptions options) {
    return new Headwater(Broker.inMemory(options), options, null);
  }

  /** The topics: to create them, to write to them, to read them. Closed with this. */
  public Broker broker() {
    return broker;
  }

  /** Runs a topology with the default configuration. */
  public Application run(String applicationId, Topology topology) {
    return run(applicationId, topology, AppConfig.defaults());
  }

  /**
   * Runs a topology. Returns when its internal topics exist, its stores hold what was last
   * committed and its threads have started.
   *
   * @param applicationId 1 to 100 letters, digits, dots, underscores and hyphens: the group its
   *     positions are committed under, and the prefix of its internal topics. The same id again
   *     goes on where the last run committed
   * @throws io.headwater.streams.errors.StreamsException if a topic it reads or writes does not
   *     exist, or topics whose records meet have different numbers of partitions
   * @throws IllegalStateException if an application of that id is running
   */
  public synchronized Application run(String applicationId, Topology topology, AppConfig config) {
    if (!APPLICATION_ID.matcher(applicationId).matches()) {
      throw new IllegalArgumentException(
          "'%s' is not an application id: 1 to 100 letters, digits, '.', '_' and '-'"
              .formatted(applicationId));
    }
    if (closed) {
      throw new IllegalStateException("closed");
    }
    Application earlier = applications.get(applicationId);
    if (earlier != null && isAlive(earlier)) {
      throw new IllegalStateException(
          "application %s is running already; close it first".formatted(applicationId));
    }
    RunningTopology running =
        RunningTopology.open(
            home, applicationId, topology.plan(), config, RunningTopology.Mode.application(config));
    var application = new Application(applicationId, running, broker, home.clock());
    applications.put(applicationId, application);
    application.start();
    return application;
  }

  private static boolean isAlive(Application application) {
    return switch (application.state()) {
      case RUNNING, PENDING_SHUTDOWN -> true;
      case NOT_RUNNING, ERROR -> false;
    };
  }

  private void checkpoint() {
    applications.values().forEach(Application::checkpointIfDue);
  }

  /** Closes the applications, each after what it has processed is committed, then the topics. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      applications.values().forEach(Application::close);
      housekeeping.close();
      broker.close();
    }
  }
}
