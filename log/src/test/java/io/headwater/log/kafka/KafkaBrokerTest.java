package io.headwater.log.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.BatchLog;
import io.headwater.log.DeleteBackoff;
import io.headwater.log.Log;
import io.headwater.log.LogOptions;
import io.headwater.log.Message;
import io.headwater.log.OffsetSet;
import io.headwater.log.Recovery;
import io.headwater.log.record.Compression;
import io.headwater.log.storage.Storage;
import io.headwater.log.testing.Seeds;
import io.headwater.serde.Headers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders go from a real broker to Headwater's log, and back. */
class KafkaBrokerTest {
  private static final String TOPIC = "orders";
  private static final LogOptions READ_ONLY = LogOptions.builder().readOnly(true).build();

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBrokersFoldersAreReadAsItsConsumersReadThem(boolean stopped) throws Exception {
    long seed = Seeds.next();
    var random = new Random(seed);
    List<String> all;
    List<String> committed;
    Path data;
    try (KafkaBroker broker = KafkaBroker.start(temp)) {
      broker.create(TOPIC);
      produce(broker, random);
      produceInTransactions(broker, random, !stopped);
      all = consume(broker, "read_uncommitted");
      committed = consume(broker, "read_committed");
      data = broker.data();
      if (stopped) {
        broker.stop();
      }
    }
    assertThat(committed).as("seed %d", seed).isNotEmpty().hasSizeLessThan(all.size());
    assertThat(all).as("seed %d", seed).containsAll(committed);

    Map<Path, String> before = files(data);
    Path folder = data.resolve(TOPIC + "-0");
    try (Log log = Log.open(folder, READ_ONLY)) {
      assertThat(Texts.of(log)).as("seed %d", seed).isEqualTo(all);
      assertThat(log.stat().segments()).isGreaterThan(2);
    }
    try (Log log = Log.open(folder, READ_ONLY.toBuilder().readCommitted(true).build())) {
      assertThat(Texts.of(log)).as("seed %d", seed).isEqualTo(committed);
    }
    for (String topic : List.of("__transaction_state-0", "__cluster_metadata-0")) {
      try (BatchLog log = BatchLog.open(Storage.disk(), data.resolve(topic), READ_ONLY)) {
        assertThat(log.recovery()).as(topic).isInstanceOf(Recovery.Clean.class);
        assertThat(Texts.of(log)).as(topic).isNotEmpty();
      }
    }
    assertThat(files(data)).isEqualTo(before);

    try (Log log = Log.open(folder, LogOptions.DEFAULT)) { // and it can go on with them
      long next = log.nextOffset();
      assertThat(log.publish(Message.of(null, new byte[] {1}))).isEqualTo(next + 1);
      assertThat(Texts.of(log)).hasSize(all.size() + 1).startsWith(all.toArray(String[]::new));
    }
  }

  private static void produce(KafkaBroker broker, Random random)
      throws InterruptedException, ExecutionException {
    for (Compression compression : Compression.values()) {
      Map<String, Object> settings =
          Map.of(
              ProducerConfig.COMPRESSION_TYPE_CONFIG,
              compression.name().toLowerCase(Locale.ROOT),
              ProducerConfig.LINGER_MS_CONFIG,
              5);
      try (KafkaProducer<byte[], byte[]> producer = broker.producer(settings)) {
        var sent = new ArrayList<Future<RecordMetadata>>();
        for (int i = 0; i < 100; i++) {
          sent.add(producer.send(record(random)));
        }
        for (Future<RecordMetadata> each : sent) {
          each.get();
        }
      }
    }
  }

  private static void produceInTransactions(KafkaBroker broker, Random random, boolean leaveOpen)
      throws InterruptedException, ExecutionException {
    var open = new ArrayList<KafkaProducer<byte[], byte[]>>();
    for (int i = 0; i < 3; i++) {
      Map<String, Object> settings = Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "writer-" + i);
      KafkaProducer<byte[], byte[]> producer = broker.producer(settings);
      producer.initTransactions();
      producer.beginTransaction();
      open.add(producer);
    }
    for (int i = 0; i < 60; i++) {
      KafkaProducer<byte[], byte[]> producer = open.get(random.nextInt(open.size()));
      producer.send(record(random)).get();
      if (random.nextInt(3) == 0) {
        end(producer, i % 2 == 0);
        producer.beginTransaction();
      }
    }
    for (int i = 0; i < open.size(); i++) {
      open.get(i).send(record(random)).get();
      if (i > 0 || !leaveOpen) {
        end(open.get(i), i == 1);
      }
      if (i > 0) {
        open.get(i).close();
      } else {
        open.get(i).close(Duration.ZERO); // which leaves the transaction as it is
      }
    }
  }

  private static void end(KafkaProducer<byte[], byte[]> producer, boolean commit) {
    if (commit) {
      producer.commitTransaction();
    } else {
      producer.abortTransaction();
    }
  }

  private static ProducerRecord<byte[], byte[]> record(Random random) {
    byte[] value = new byte[random.nextInt(20_000)];
    random.nextBytes(value);
    byte[] key = ("key-" + random.nextInt(20)).getBytes(UTF_8);
    var record =
        new ProducerRecord<>(
            TOPIC, 0, random.nextInt(4) == 0 ? null : key, random.nextInt(9) == 0 ? null : value);
    for (int i = random.nextInt(3); i > 0; i--) {
      record.headers().add("h" + i, i == 2 ? null : key);
    }
    return record;
  }

  private static List<String> consume(KafkaBroker broker, String isolation) {
    var partition = new TopicPartition(TOPIC, 0);
    var texts = new ArrayList<String>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        broker.consumer(Map.of(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation))) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, -1L);
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofSeconds(10)).forEach(record -> texts.add(text(record)));
      }
    }
    return texts;
  }

  private static String text(ConsumerRecord<byte[], byte[]> record) {
    var headers = new StringBuilder();
    for (Header header : record.headers()) {
      headers.append(header.key()).append('=').append(Texts.of(header.value())).append(' ');
    }
    return Texts.of(
        record.offset(), record.timestamp(), record.key(), record.value(), headers.toString());
  }

  private static Map<Path, String> files(Path data) throws IOException {
    var files = new TreeMap<Path, String>();
    try (Stream<Path> all = Files.walk(data)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(file, Texts.of(Files.readAllBytes(file)));
      }
    }
    return files;
  }

  /** Once with its own check of all files, once trusting them, as after a clean stop. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBrokerReadsOurFoldersAndGoesOn(boolean trusting) throws Exception {
    long seed = Seeds.next();
    var random = new Random(seed);
    Path ours = temp.resolve("ours").resolve(TOPIC + "-0");
    List<String> expected;
    long nextOffset;
    try (Log log = write(ours, random)) {
      expected = Texts.of(log);
      nextOffset = log.nextOffset();
      assertThat(log.stat().segments()).isGreaterThan(2);
    }

    Path home = temp.resolve("kafka");
    try (KafkaBroker broker = KafkaBroker.start(home)) {
      broker.create(TOPIC);
      broker.stop();
      Path theirs = broker.folder(TOPIC + "-0");
      try (Stream<Path> files = Files.list(ours)) {
        for (Path file : files.toList()) {
          Path to = theirs.resolve(file.getFileName());
          Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
        }
      }
      assertThat(Files.deleteIfExists(broker.data().resolve(".kafka_cleanshutdown"))).isTrue();
      if (trusting) {
        Files.writeString(
            broker.data().resolve(".kafka_cleanshutdown"), "{\"version\":0,\"brokerEpoch\":-1}");
      }
    }

    Path theirs;
    try (KafkaBroker broker = KafkaBroker.start(home)) {
      theirs = broker.folder(TOPIC + "-0");
      assertThat(consume(broker, "read_committed")).as("seed %d", seed).isEqualTo(expected);
      try (KafkaProducer<byte[], byte[]> producer = broker.producer(new HashMap<>())) {
        assertThat(producer.send(record(random)).get().offset()).isEqualTo(nextOffset);
      }
      expected = consume(broker, "read_uncommitted");
      broker.stop();
    }
    try (Log log = Log.open(theirs, READ_ONLY)) {
      assertThat(Texts.of(log)).as("seed %d", seed).isEqualTo(expected);
    }
  }

  /** A log of every compression, with headers, nulls and, where some were deleted, gaps. */
  private static Log write(Path folder, Random random) {
    for (Compression compression : Compression.values()) {
      LogOptions options = LogOptions.builder().keyIndex(true).compression(compression).build();
      try (Log log = Log.open(folder, options)) {
        for (int i = 0; i < 50; i++) {
          var messages = new ArrayList<Message>();
          for (int n = random.nextInt(5); n >= 0; n--) {
            messages.add(message(random));
          }
          log.publish(messages);
        }
      }
    }
    Log log = Log.open(folder, LogOptions.DEFAULT);
    OffsetSet.Builder some = OffsetSet.builder();
    for (long offset = 10; offset < log.nextOffset() - 10; offset += 1 + random.nextInt(9)) {
      some.add(offset);
    }
    log.deleteAll(some.build(), DeleteBackoff.NONE);
    return log;
  }

  private static Message message(Random random) {
    byte[] value = new byte[random.nextInt(20_000)];
    random.nextBytes(value);
    byte[] key = ("key-" + random.nextInt(20)).getBytes(UTF_8);
    Message message =
        Message.of(random.nextInt(4) == 0 ? null : key, random.nextInt(9) == 0 ? null : value);
    return random.nextBoolean()
        ? message
        : message.withHeaders(Headers.of(new io.headwater.serde.Header("h", key)));
  }
}
