package io.headwater.log.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A real broker of Kafka's, in a process of its own, from the jars of the tests' class path. It is
 * its own controller, and keeps its folders below {@link #data}.
 */
final class KafkaBroker implements AutoCloseable {
  /** How long a client waits for an answer, of a broker that is starting, say. */
  private static final String PATIENCE_MS = "180000";

  private final Path home;
  private final String address;
  private final Process process;

  private KafkaBroker(Path home, String address, Process process) {
    this.home = home;
    this.address = address;
    this.process = process;
  }

  /** Starts a broker on a folder that has none yet, or that an earlier one was stopped on. */
  static KafkaBroker start(Path home) throws IOException, InterruptedException, ExecutionException {
    Path properties = home.resolve("server.properties");
    int port;
    int controllerPort;
    try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket another = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = one.getLocalPort();
      controllerPort = another.getLocalPort();
    }
    boolean isNew = !Files.exists(data(home));
    Files.createDirectories(data(home));
    Files.writeString(properties, properties(home, port, controllerPort));
    if (isNew) {
      Process format =
          java(
              home,
              "kafka.tools.StorageTool",
              List.of("format", "--standalone", "-t", "4L6g3nShT-eMCtK--X86sw", "-c"),
              properties);
      assertThat(format.waitFor()).as(said(home)).isZero();
    }
    Process process = java(home, "kafka.Kafka", List.of(), properties);
    var broker = new KafkaBroker(home, "127.0.0.1:" + port, process);
    try (Admin admin = broker.admin()) {
      admin.describeCluster().nodes().get();
    } catch (ExecutionException e) {
      process.destroyForcibly();
      throw new AssertionError(said(home), e);
    }
    return broker;
  }

  private static String properties(Path home, int port, int controllerPort) {
    var lines = new TreeMap<String, Object>();
    lines.put("process.roles", "broker,controller");
    lines.put("node.id", 1);
    lines.put("controller.quorum.bootstrap.servers", "127.0.0.1:" + controllerPort);
    String listeners =
        "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(port, controllerPort);
    lines.put("listeners", listeners);
    lines.put("advertised.listeners", listeners);
    lines.put("controller.listener.names", "CONTROLLER");
    lines.put("inter.broker.listener.name", "PLAINTEXT");
    lines.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    lines.put("log.dirs", data(home));
    lines.put("offsets.topic.replication.factor", 1);
    lines.put("offsets.topic.num.partitions", 1);
    lines.put("transaction.state.log.replication.factor", 1);
    lines.put("transaction.state.log.min.isr", 1);
    lines.put("transaction.state.log.num.partitions", 1);
    lines.put("group.initial.rebalance.delay.ms", 0);
    lines.put("log.segment.bytes", 1 << 20); // the least that Kafka takes
    var text = new StringBuilder();
    lines.forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
    return text.toString();
  }

  private static Process java(Path home, String main, List<String> arguments, Path last)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(main);
    command.addAll(arguments);
    command.add(last.toString());
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("output").toFile()))
        .start();
  }

  private static String said(Path home) throws IOException {
    return Files.readString(home.resolve("output"));
  }

  private static Path data(Path home) {
    return home.resolve("data");
  }

  /** The folder of a partition. */
  Path folder(String topicPartition) {
    return data().resolve(topicPartition);
  }

  /** Where the folders are. */
  Path data() {
    return data(home);
  }

  private Admin admin() {
    return Admin.create(
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, address,
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, "30000",
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MS));
  }

  /** Creates a topic of one partition. */
  void create(String topic) throws InterruptedException, ExecutionException {
    try (Admin admin = admin()) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }
  }

  KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
    var all = new TreeMap<String, Object>(settings);
    all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, address);
    all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE_MS);
    return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
  }

  KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> settings) {
    var all = new TreeMap<String, Object>(settings);
    all.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, address);
    all.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MS);
    return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Stops it as its users do. */
  void stop() throws InterruptedException {
    process.destroy();
    process.waitFor();
  }

  /** Stops it as {@code kill -9} does, if it still runs. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
