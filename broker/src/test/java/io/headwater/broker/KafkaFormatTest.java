package io.headwater.broker;

import static io.headwater.broker.Topics.batch;
import static io.headwater.broker.Topics.partition;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.headwater.log.testing.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.coordinator.group.generated.OffsetCommitKey;
import org.apache.kafka.coordinator.group.generated.OffsetCommitValue;
import org.apache.kafka.storage.internals.log.AbortedTxn;
import org.apache.kafka.storage.internals.log.ProducerStateEntry;
import org.apache.kafka.storage.internals.log.ProducerStateManager;
import org.apache.kafka.storage.internals.log.TransactionIndex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the broker writes for Kafka to read, against Kafka's own code. */
class KafkaFormatTest {
  @TempDir Path temp = Path.of("unset");

  @Test
  void anOffsetsKeyHasKafkasBytes() {
    byte[] key = OffsetRecords.key("my group", partition("töpic", 3));
    assertThat(key)
        .isEqualTo(
            MessageUtil.toCoordinatorTypePrefixedByteBuffer(
                    new OffsetCommitKey().setGroup("my group").setTopic("töpic").setPartition(3))
                .array());
    assertThat(HexFormat.of().formatHex(OffsetRecords.key("g", partition("t", 2))))
        .isEqualTo("0001" + "000167" + "000174" + "00000002");
    assertThat(OffsetRecords.parseKey(key))
        .contains(new OffsetRecords.Key("my group", partition("töpic", 3)));
  }

  @Test
  void anOffsetsValueHasKafkasBytes() {
    byte[] value = OffsetRecords.value(new OffsetAndMetadata(42, "note"), 99);
    assertThat(value)
        .isEqualTo(
            MessageUtil.toVersionPrefixedBytes(
                (short) 3,
                new OffsetCommitValue()
                    .setOffset(42)
                    .setLeaderEpoch(-1)
                    .setMetadata("note")
                    .setCommitTimestamp(99)));
    assertThat(HexFormat.of().formatHex(value))
        .isEqualTo("0003" + "000000000000002a" + "ffffffff" + "00046e6f7465" + "0000000000000063");
    assertThat(OffsetRecords.parseValue(value)).isEqualTo(new OffsetAndMetadata(42, "note"));
  }

  @Test
  void kafkaReadsTheProducersAndAbortedTransactionsBesideALog() throws IOException {
    var id = partition("t", 0);
    long producerId;
    short epoch;
    try (Broker broker =
        Broker.open(temp, BrokerOptions.defaults().withClock(new ManualClock(5000)))) {
      broker.createTopic(
          new NewTopic(
              "t", 1, TopicConfig.DEFAULT.withSegmentBytes(TopicConfig.SEGMENT_BYTES_MIN)));
      try (TransactionalProducer producer = broker.transactionalProducer("tx")) {
        producerId = producer.producerId();
        epoch = producer.epoch();
        producer.begin();
        producer.append(id, batch("a", "b"));
        producer.abort();
        producer.begin();
        producer.append(id, batch("c"));
        producer.commit();
        for (int i = 0; i < 20; i++) {
          broker.append(id, batch("some more records, so that there is another segment"));
        }
        producer.begin();
        producer.append(id, batch("d"));
        producer.abort();
      }
      broker.append(id, batch("one", "two").producer(1000, (short) 3, 7, false));
    }

    Path folder = temp.resolve("t-0");
    List<Path> snapshots = files(folder, ".snapshot");
    assertThat(snapshots).hasSize(1);
    assertThat(snapshots.get(0)).hasFileName("00000000000000000029.snapshot");
    assertThat(ProducerStateManager.readSnapshot(snapshots.get(0).toFile()))
        .extracting(
            ProducerStateEntry::producerId,
            ProducerStateEntry::producerEpoch,
            ProducerStateEntry::firstDataOffset,
            ProducerStateEntry::lastDataOffset)
        .containsExactly(tuple(producerId, epoch, 25L, 25L), tuple(1000L, (short) 3, 27L, 28L));

    var aborted = new ArrayList<AbortedTxn>();
    List<Path> indexes = files(folder, ".txnindex");
    assertThat(indexes).hasSameSizeAs(files(folder, ".log")).hasSizeGreaterThan(1);
    for (Path index : indexes) {
      long base = Long.parseLong(String.valueOf(index.getFileName()).substring(0, 20));
      try (var kafkas = new TransactionIndex(base, index.toFile())) {
        kafkas.sanityCheck();
        aborted.addAll(kafkas.allAbortedTxns());
      }
    }
    assertThat(aborted)
        .containsExactly(
            new AbortedTxn(producerId, 0, 2, 3), new AbortedTxn(producerId, 25, 26, 27));
  }

  private static List<Path> files(Path folder, String suffix) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(path -> path.toString().endsWith(suffix)).sorted().toList();
    }
  }

  @Test
  void offsetsOfATransactionAreThereForKafkaToo() {
    Map<TopicPartition, OffsetAndMetadata> one = Map.of(partition("t", 0), OffsetAndMetadata.of(0));
    try (Broker broker = Broker.inMemory(BrokerOptions.defaults());
        TransactionalProducer producer = broker.transactionalProducer("tx")) {
      broker.createTopic(NewTopic.of("t", 1));
      producer.begin();
      producer.addOffsets("g", one);
      producer.commit();
      FetchedRecords records =
          broker.fetch(partition("__consumer_offsets", 0), 0, 1000, IsolationLevel.READ_COMMITTED);
      assertThat(records.next()).isTrue();
      assertThat(records.key()).isEqualTo(OffsetRecords.key("g", partition("t", 0)));
      assertThat(records.next()).isFalse();
    }
  }
}
