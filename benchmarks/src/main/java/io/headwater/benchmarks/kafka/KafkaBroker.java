package io.headwater.benchmarks.kafka;

import io.headwater.benchmarks.engine.Folders;
import io.headwater.benchmarks.engine.Jvm;
import io.headwater.benchmarks.engine.LeashedMain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;

/**
 * A Kafka broker, its own controller, in a JVM of its own: on loopback, on ports that were free, in
 * a folder that is removed when it is closed. It ends when this JVM does.
 */
public final class KafkaBroker implements AutoCloseable {
  private static final Duration START_MAX = Duration.ofSeconds(90);
  private static final Duration STOP_MAX = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final String MAIN = "kafka.Kafka";
  private static final String FORMAT_MAIN = "kafka.tools.StorageTool";

  private final Path folder;
  private final int port;
  private final Process process;

  private KafkaBroker(Path folder, int port, Process process) {
    this.folder = folder;
    this.port = port;
    this.process = process;
  }

  /**
   * Formats a folder and starts a broker in it; returns once it answers.
   *
   * @param jars the broker's own
   * @param folder emptied first
   * @param log gets what the broker prints
   */
  public static KafkaBroker start(Path jars, String heap, Path folder, Path log)
      throws IOException, InterruptedException {
    Folders.empty(folder);
    List<Integer> ports = freePorts(2);
    Path properties = folder.resolve("server.properties");
    Files.writeString(
        properties, properties(folder.resolve("data"), ports), StandardCharsets.UTF_8);
    Jvm jvm = Jvm.ofJars(heap, jars);
    String clusterId = Uuid.randomUuid().toString();
    Process format =
        launch(
            jvm,
            log,
            FORMAT_MAIN,
            "format",
            "--standalone",
            "-t",
            clusterId,
            "-c",
            properties.toString());
    if (format.waitFor() != 0) {
      throw new IOException("Kafka's storage cannot be formatted; see " + log);
    }
    KafkaBroker broker =
        new KafkaBroker(folder, ports.get(0), launch(jvm, log, MAIN, properties.toString()));
    try {
      broker.awaitAnswer(log);
      return broker;
    } catch (IOException | InterruptedException | RuntimeException failure) {
      broker.close();
      throw failure;
    }
  }

  /** Where clients connect. */
  public String bootstrap() {
    return "127.0.0.1:" + port;
  }

  private static Process launch(Jvm jvm, Path log, String... mainAndArguments) throws IOException {
    return new ProcessBuilder(jvm.command(LeashedMain.class, List.of(mainAndArguments)))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int n = 0; n < count; n++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  /** Kafka's defaults, except what one broker alone needs and what lets a round start cleanly. */
  private static String properties(Path data, List<Integer> ports) {
    int port = ports.get(0);
    int controllerPort = ports.get(1);
    return """
        process.roles=broker,controller
        node.id=1
        controller.quorum.bootstrap.servers=127.0.0.1:%2$d
        listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
        advertised.listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
        controller.listener.names=CONTROLLER
        inter.broker.listener.name=PLAINTEXT
        listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
        log.dirs=%3$s
        auto.create.topics.enable=false
        default.replication.factor=1
        min.insync.replicas=1
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=4
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        transaction.state.log.num.partitions=4
        share.coordinator.state.topic.replication.factor=1
        share.coordinator.state.topic.min.isr=1
        # A group of one member need not wait for others.
        group.initial.rebalance.delay.ms=0
        # Topics of earlier rounds are gone before they fill the disk.
        log.segment.delete.delay.ms=1000
        """
        .formatted(port, controllerPort, data);
  }

  private void awaitAnswer(Path log) throws IOException, InterruptedException {
    long deadlineNanos = System.nanoTime() + START_MAX.toNanos();
    while (!listening()) {
      if (!process.isAlive()) {
        throw new IOException("Kafka's broker ended while starting; see " + log);
      }
      if (System.nanoTime() > deadlineNanos) {
        throw new IOException("Kafka's broker does not listen; see " + log);
      }
      Thread.sleep(POLL.toMillis());
    }
    Map<String, Object> config = Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap());
    try (Admin admin = Admin.create(config)) {
      admin.describeCluster().nodes().get(START_MAX.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failure) {
      throw new IOException("Kafka's broker does not answer; see " + log, failure);
    }
  }

  private boolean listening() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  /** Stops the broker and removes its data. */
  @Override
  public void close() throws IOException {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(STOP_MAX.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } finally {
      Folders.delete(folder);
    }
  }
}
