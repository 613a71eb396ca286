package io.headwater.broker;

import static io.headwater.broker.IsolationLevel.READ_COMMITTED;
import static io.headwater.broker.IsolationLevel.READ_UNCOMMITTED;
import static io.headwater.broker.Topics.batch;
import static io.headwater.broker.Topics.partition;
import static io.headwater.broker.Topics.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.OffsetOutOfRangeException;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.record.RecordReader;
import io.headwater.log.record.TimestampType;
import io.headwater.log.storage.FolderInUseException;
import io.headwater.log.storage.Storage;
import io.headwater.log.testing.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a broker does, on any storage. */
abstract class BrokerContract {
  static final TopicPartition A = partition("a", 0);
  static final TopicPartition B = partition("b", 0);

  final ManualClock clock = new ManualClock(1_000_000);
  BrokerOptions options = BrokerOptions.defaults();
  Path folder = Path.of("unset");
  Broker broker = Broker.inMemory(options);

  /** The storage and folder of one test. */
  abstract Storage storage();

  abstract Path folder();

  @BeforeEach
  void openBroker() {
    folder = folder();
    options = BrokerOptions.defaults().withStorage(storage()).withClock(clock);
    broker = Broker.open(folder, options);
    broker.createTopic(NewTopic.of("a", 1));
    broker.createTopic(NewTopic.of("b", 2));
  }

  @AfterEach
  void closeBroker() {
    broker.close();
  }

  private void reopen() {
    broker.close();
    broker = Broker.open(folder, options);
  }

  @Test
  void appendedRecordsAreReadInOrderFromAnyOffset() {
    assertThat(broker.append(A, batch("one", "two"))).isZero();
    assertThat(broker.append(A, batch("three"))).isEqualTo(2);

    assertThat(read(broker, A)).containsExactly("one", "two", "three");
    assertThat(read(broker, A, 1)).containsExactly("two", "three");
    assertThat(read(broker, A, 3)).isEmpty();
    assertThat(broker.endOffset(A, READ_COMMITTED)).isEqualTo(3);
  }

  @Test
  void anOffsetPastTheEndIsRefused() {
    broker.append(A, batch("one"));
    assertThatThrownBy(() -> broker.fetch(A, 2, 100, READ_COMMITTED))
        .isInstanceOf(OffsetOutOfRangeException.class);
  }

  @Test
  void topicsOutliveTheBroker() {
    broker.createTopic(
        new NewTopic(
            "log.append-time_1",
            3,
            TopicConfig.DEFAULT
                .with("message.timestamp.type", "LogAppendTime")
                .with("cleanup.policy", "compact")
                .with("segment.bytes", "4096")));
    broker.append(A, batch("one"));
    reopen();

    assertThat(broker.topics())
        .containsExactly(
            "__consumer_offsets", "__transaction_state", "a", "b", "log.append-time_1");
    TopicDescription described = broker.describe("log.append-time_1");
    assertThat(described.internal()).isFalse();
    assertThat(described.config())
        .isEqualTo(new TopicConfig(TimestampType.LOG_APPEND_TIME, true, 4096));
    assertThat(described.partitions()).hasSize(3);
    assertThat(broker.describe("__consumer_offsets").internal()).isTrue();
    assertThat(broker.describe("a").partitions().get(0).endOffset()).isEqualTo(1);
    assertThat(read(broker, A)).containsExactly("one");
  }

  @Test
  void aTopicIsCreatedOnce() {
    assertThat(broker.createTopicIfAbsent(NewTopic.of("a", 9))).isFalse();
    assertThatThrownBy(() -> broker.createTopic(NewTopic.of("a", 9)))
        .isInstanceOf(TopicExistsException.class)
        .hasMessage("topic a exists already");
    assertThat(broker.describe("a").partitions()).hasSize(1);
  }

  @Test
  void aDeletedTopicIsGoneWithItsRecordsAndOffsets() {
    broker.append(A, batch("old"));
    broker.commitOffsets("g", Map.of(A, OffsetAndMetadata.of(1), B, OffsetAndMetadata.of(0)));
    broker.deleteTopic("a");

    assertThat(broker.topics()).doesNotContain("a");
    assertThat(broker.committedOffsets("g")).containsOnlyKeys(B);
    assertThatThrownBy(() -> read(broker, A)).isInstanceOf(UnknownTopicException.class);

    broker.createTopic(NewTopic.of("a", 1));
    assertThat(read(broker, A)).isEmpty();
    broker.append(A, batch("new"));
    reopen();
    assertThat(read(broker, A)).containsExactly("new");
    assertThat(broker.committedOffsets("g")).containsOnlyKeys(B);
  }

  @Test
  void aTopicThatAnApplicationClaimedIsDeletedInItsNameOnly() {
    broker.append(A, batch("kept"));
    broker.claimTopics("counting", List.of("a"));
    broker.claimTopics("counting", List.of("a"));
    reopen();

    assertThat(broker.describe("a").owner()).isEqualTo("counting");
    assertThat(broker.describe("b").owner()).isNull();
    assertThatThrownBy(() -> broker.deleteTopic("a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("topic a is application counting's own");
    assertThatThrownBy(() -> broker.deleteTopic("a", "other"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(read(broker, A)).containsExactly("kept");

    broker.deleteTopic("a", "counting");
    assertThat(broker.topics()).doesNotContain("a");
    broker.createTopic(NewTopic.of("a", 1));
    assertThat(broker.describe("a").owner()).isNull();
    broker.deleteTopic("a");
  }

  @Test
  void aClaimOfSeveralTopicsIsTakenWholeOrNotAtAll() {
    broker.claimTopics("counting", List.of("a"));
    assertThatThrownBy(() -> broker.claimTopics("other", List.of("b", "a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "topic a is application counting's own, application other cannot keep anything there");
    assertThatThrownBy(() -> broker.claimTopics("other", List.of("b", "__consumer_offsets")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> broker.claimTopics("other", List.of("b", "none")))
        .isInstanceOf(UnknownTopicException.class);
    assertThatThrownBy(() -> broker.claimTopics("two words", List.of("b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'two words' is not an application id");
    assertThat(broker.describe("b").owner()).isNull();
  }

  @Test
  void anUnknownTopicIsNamedWithThoseOfNearNames() {
    broker.createTopic(NewTopic.of("orders", 1));
    assertThatThrownBy(() -> broker.describe("oders"))
        .isInstanceOf(UnknownTopicException.class)
        .hasMessage("there is no topic 'oders'; did you mean orders?");
    assertThatThrownBy(() -> broker.append(partition("b", 2), batch("x")))
        .isInstanceOf(UnknownTopicException.class)
        .hasMessage("topic b has no partition 2: its partitions are 0 to 1");
  }

  @Test
  void internalTopicsAreTheBrokersOwn() {
    var offsets = partition("__consumer_offsets", 0);
    assertThatThrownBy(() -> broker.append(offsets, batch("x")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> broker.deleteTopic("__consumer_offsets"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(broker.describe("__consumer_offsets").config().compacted()).isTrue();
  }

  @Test
  void aBatchSentTwiceIsTakenOnce() {
    assertThat(broker.append(A, batch("one", "two").producer(7, (short) 0, 0, false))).isZero();
    assertThat(broker.append(A, batch("three").producer(7, (short) 0, 2, false))).isEqualTo(2);
    assertThat(broker.append(A, batch("one", "two").producer(7, (short) 0, 0, false))).isZero();
    assertThat(read(broker, A)).containsExactly("one", "two", "three");
  }

  @Test
  void theLastBatchOfAProducerIsKnownAfterAnOpen() {
    broker.append(A, batch("one").producer(7, (short) 0, 0, false));
    broker.append(A, batch("two").producer(7, (short) 0, 1, false));
    reopen();
    assertThat(broker.append(A, batch("two").producer(7, (short) 0, 1, false))).isEqualTo(1);
    assertThat(broker.append(A, batch("three").producer(7, (short) 0, 2, false))).isEqualTo(2);
  }

  @Test
  void aGapInAProducersSequenceIsRefused() {
    broker.append(A, batch("one").producer(7, (short) 0, 0, false));
    assertThatThrownBy(() -> broker.append(A, batch("three").producer(7, (short) 0, 2, false)))
        .isInstanceOf(OutOfOrderSequenceException.class)
        .hasMessage("a-0: the next batch of producer 7 has sequence 1, but 2 was sent");
    assertThatThrownBy(() -> broker.append(A, batch("x").producer(7, (short) 1, 1, false)))
        .isInstanceOf(OutOfOrderSequenceException.class);
  }

  @Test
  void anOldEpochIsFenced() {
    broker.append(A, batch("one").producer(7, (short) 1, 0, false));
    assertThatThrownBy(() -> broker.append(A, batch("x").producer(7, (short) 0, 0, false)))
        .isInstanceOf(ProducerFencedException.class);
    broker.append(A, batch("two").producer(7, (short) 2, 0, false));
    assertThat(read(broker, A)).containsExactly("one", "two");
  }

  @Test
  void producersGetDifferentIdsAlsoAfterAnOpen() {
    Producer first = broker.producer();
    first.append(A, batch("one"));
    first.append(A, batch("two"));
    reopen();
    Producer second = broker.producer();
    second.append(A, batch("three"));
    assertThat(second.producerId()).isNotEqualTo(first.producerId());
    assertThat(read(broker, A)).containsExactly("one", "two", "three");
  }

  @Test
  void aTransactionIsSeenAsAWholeAtItsCommit() {
    TransactionalProducer producer = broker.transactionalProducer("t");
    producer.begin();
    producer.append(A, batch("a1"));
    producer.append(B, batch("b1", "b2"));
    producer.addOffsets("g", Map.of(partition("lines.json", 0), OffsetAndMetadata.of(3)));

    assertThat(read(broker, A)).isEmpty();
    assertThat(read(broker, A, 0, READ_UNCOMMITTED)).containsExactly("a1");
    assertThat(broker.endOffset(A, READ_COMMITTED)).isZero();
    assertThat(broker.committedOffsets("g")).isEmpty();

    producer.commit();
    assertThat(read(broker, A)).containsExactly("a1");
    assertThat(read(broker, B)).containsExactly("b1", "b2");
    assertThat(broker.committedOffsets("g"))
        .containsExactly(Map.entry(partition("lines.json", 0), OffsetAndMetadata.of(3)));
    assertThat(broker.groups()).containsExactly("g");
  }

  @Test
  void anAbortedTransactionIsNeverSeen() {
    TransactionalProducer producer = broker.transactionalProducer("t");
    broker.append(A, batch("before"));
    producer.begin();
    producer.append(A, batch("aborted"));
    producer.addOffsets("g", Map.of(B, OffsetAndMetadata.of(0)));
    broker.append(A, batch("between"));
    assertThat(read(broker, A)).containsExactly("before");
    producer.abort();
    producer.begin();
    producer.append(A, batch("committed"));
    producer.commit();

    assertThat(read(broker, A)).containsExactly("before", "between", "committed");
    assertThat(read(broker, A, 0, READ_UNCOMMITTED))
        .containsExactly("before", "aborted", "between", "committed");
    assertThat(broker.committedOffsets("g")).isEmpty();
    reopen();
    assertThat(read(broker, A)).containsExactly("before", "between", "committed");
    assertThat(broker.committedOffsets("g")).isEmpty();
  }

  @Test
  void aReaderGoesOnPastWhatItCannotSee() {
    TransactionalProducer producer = broker.transactionalProducer("t");
    for (int i = 0; i < 50; i++) {
      producer.begin();
      producer.append(A, batch("aborted"));
      producer.abort();
    }
    FetchedRecords records = broker.fetch(A, 0, 200, READ_COMMITTED);
    assertThat(records.isEmpty()).isTrue();
    assertThat(records.next()).isFalse();
    assertThat(records.nextOffset()).isEqualTo(100);
    broker.append(A, batch("seen"));
    broker.fetch(A, 0, 200, READ_COMMITTED, records);
    assertThat(records.next()).isTrue();
    assertThat(records.offset()).isEqualTo(100);
    assertThat(records.nextOffset()).isEqualTo(101);
  }

  @Test
  void theStableOffsetWaitsForTheOldestTransaction() {
    TransactionalProducer first = broker.transactionalProducer("first");
    TransactionalProducer second = broker.transactionalProducer("second");
    first.begin();
    second.begin();
    first.append(A, batch("first"));
    second.append(A, batch("second"));
    second.append(B, batch("second"));
    second.commit();
    assertThat(read(broker, A)).isEmpty();
    assertThat(read(broker, B)).containsExactly("second");
    first.abort();
    assertThat(read(broker, A)).containsExactly("second");
  }

  @Test
  void aNewProducerFencesTheOneBefore() {
    TransactionalProducer old = broker.transactionalProducer("t");
    old.begin();
    old.append(A, batch("left open"));
    TransactionalProducer fresh = broker.transactionalProducer("t");

    assertThat(fresh.producerId()).isEqualTo(old.producerId());
    assertThat(fresh.epoch()).isGreaterThan(old.epoch());
    assertThatThrownBy(old::commit)
        .isInstanceOf(ProducerFencedException.class)
        .hasMessageContaining("a newer producer of t has been made");
    fresh.begin();
    fresh.append(A, batch("fresh"));
    fresh.commit();
    assertThat(read(broker, A)).containsExactly("fresh");
  }

  @Test
  void aTransactionThatIsOpenForTooLongIsAborted() {
    TransactionalProducer slow = broker.transactionalProducer("slow");
    slow.begin();
    slow.append(A, batch("slow"));
    broker.append(A, batch("plain"));
    clock.advance(Duration.ofSeconds(60));
    broker.doWork();
    assertThat(read(broker, A)).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(broker.doWork()).isPositive();
    assertThat(read(broker, A)).containsExactly("plain");
    assertThatThrownBy(slow::commit)
        .isInstanceOf(ProducerFencedException.class)
        .hasMessageContaining("was open for longer than PT1M");
    assertThatThrownBy(slow::begin).isInstanceOf(ProducerFencedException.class);
  }

  @Test
  void aTransactionLeftOpenIsAbortedByTheClose() {
    TransactionalProducer producer = broker.transactionalProducer("t");
    producer.begin();
    producer.append(A, batch("left"));
    reopen();
    assertThat(read(broker, A)).isEmpty();
    assertThat(broker.endOffset(A, READ_COMMITTED)).isEqualTo(2);
  }

  @Test
  void aTransactionGoesOnWithoutATopicThatIsDeleted() {
    TransactionalProducer producer = broker.transactionalProducer("t");
    producer.begin();
    producer.append(A, batch("a"));
    producer.append(B, batch("b"));
    broker.deleteTopic("a");
    assertThatThrownBy(() -> producer.append(A, batch("late")))
        .isInstanceOf(UnknownTopicException.class);
    producer.commit();
    assertThat(read(broker, B)).containsExactly("b");
    reopen();
    assertThat(read(broker, B)).containsExactly("b");
  }

  @Test
  void stepsOfATransactionOutOfOrderAreRefused() {
    TransactionalProducer producer = broker.transactionalProducer("t");
    assertThatThrownBy(producer::commit).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> producer.append(A, batch("x")))
        .isInstanceOf(IllegalStateException.class);
    producer.begin();
    assertThatThrownBy(producer::begin).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> broker.append(A, batch("x").producer(1, (short) 0, 0, true)))
        .isInstanceOf(IllegalArgumentException.class);
    producer.commit();
    producer.close();
    producer.close();
    assertThatThrownBy(producer::begin).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anOffsetPastAPartitionsEndIsRefused() {
    assertThatThrownBy(() -> broker.commitOffsets("g", Map.of(A, OffsetAndMetadata.of(1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("group g cannot be at offset 1 of a-0, which ends at 0");
    TransactionalProducer producer = broker.transactionalProducer("t");
    producer.begin();
    assertThatThrownBy(() -> producer.addOffsets("g", Map.of(A, OffsetAndMetadata.of(1))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Of 200 sources with notes of 10,000 letters each, more than one batch may hold. */
  @Test
  void offsetsOfAnySizeAreCommittedTogether() {
    var positions = new HashMap<TopicPartition, OffsetAndMetadata>();
    for (int i = 0; i < 200; i++) {
      positions.put(partition("lines", i), new OffsetAndMetadata(i, "n".repeat(10_000)));
    }
    broker.commitOffsets("plain", positions);
    TransactionalProducer producer = broker.transactionalProducer("t");
    producer.begin();
    producer.addOffsets("transactional", positions);
    producer.commit();

    assertThat(broker.committedOffsets("plain")).isEqualTo(positions);
    assertThat(broker.committedOffsets("transactional")).isEqualTo(positions);
    reopen();
    assertThat(broker.committedOffsets("plain")).isEqualTo(positions);
    assertThat(broker.committedOffsets("transactional")).isEqualTo(positions);
  }

  @Test
  void committedOffsetsOutliveTheBroker() {
    broker.append(A, batch("one", "two"));
    broker.commitOffsets("g", Map.of(A, new OffsetAndMetadata(1, "note")));
    broker.commitOffsets("g", Map.of(A, new OffsetAndMetadata(2, "later")));
    broker.commitOffsets("other", Map.of(B, OffsetAndMetadata.of(0)));
    reopen();
    assertThat(broker.committedOffsets("g"))
        .containsExactly(Map.entry(A, new OffsetAndMetadata(2, "later")));
    assertThat(broker.groups()).containsExactly("g", "other");
    assertThat(broker.committedOffsets("unknown")).isEmpty();
  }

  @Test
  void aFolderIsWrittenByOneBroker() {
    assertThatThrownBy(() -> Broker.open(folder, options))
        .isInstanceOf(FolderInUseException.class)
        .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
  }

  @Test
  void aClosedBrokerRefusesEverything() {
    TransactionalProducer producer = broker.transactionalProducer("t");
    broker.close();
    broker.close();
    assertThatThrownBy(() -> broker.append(A, batch("x")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> broker.topics()).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> broker.fetch(A, 0, 1, READ_COMMITTED))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(producer::begin).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void changesMoveWhenSomethingCanBeSeen() throws InterruptedException {
    long before = broker.changes();
    assertThat(broker.awaitChange(before, Duration.ZERO)).isFalse();
    broker.append(A, batch("one"));
    assertThat(broker.changes()).isNotEqualTo(before);
    assertThat(broker.awaitChange(before, Duration.ofDays(1))).isTrue();

    TransactionalProducer producer = broker.transactionalProducer("t");
    producer.begin();
    long open = broker.changes();
    producer.append(A, batch("two"));
    assertThat(broker.changes()).isEqualTo(open);
    producer.commit();
    assertThat(broker.changes()).isNotEqualTo(open);
  }

  @Test
  void aWaitForAChangeMayBeForever() throws Exception {
    long seen = broker.changes();
    var waiting =
        new FutureTask<>(() -> broker.awaitChange(seen, Duration.ofSeconds(Long.MAX_VALUE)));
    var thread = new Thread(waiting);
    thread.start();
    while (thread.isAlive() && thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    broker.append(A, batch("one"));
    assertThat(waiting.get()).isTrue();
  }

  @Test
  void aTransactionMayBeOpenForever() {
    broker.close();
    broker =
        Broker.open(folder, options.withTransactionTimeout(Duration.ofSeconds(Long.MAX_VALUE)));
    TransactionalProducer producer = broker.transactionalProducer("t");
    producer.begin();
    producer.append(A, batch("one"));
    clock.advance(Duration.ofDays(10_000));
    broker.doWork();
    producer.commit();
    assertThat(read(broker, A)).containsExactly("one");
  }

  @Test
  void aRecordIsReadAgainWhereAFetchFoundIt() {
    broker.append(A, batch("one", "two"));
    broker.append(A, batch("three"));
    FetchedRecords records = broker.fetch(A, 2, 1000, READ_COMMITTED);
    assertThat(records.next()).isTrue();
    byte[] raw = broker.readAt(A, records.segmentBase(), records.position(), records.sizeInBytes());
    var reader = new RecordReader();
    reader.resetToRecord(raw, 0, raw.length, 0, 0);
    assertThat(Topics.text(reader.value())).isEqualTo("three");
  }

  @Test
  void aTimeIsFoundAmongTheRecords() {
    broker.append(A, batch("one"));
    assertThat(broker.offsetForTime(A, 0)).isZero();
    assertThat(broker.offsetForTime(A, 2)).isEqualTo(1);
  }

  @Test
  void aViewBesideTheBrokerFollowsItsCommits() {
    try (ReadOnlyBroker view = BrokerView.openReadOnly(folder, options.storage());
        TransactionalProducer producer = broker.transactionalProducer("t")) {
      for (int i = 0; i < 20; i++) {
        producer.begin();
        producer.append(A, batch("a" + i));
        producer.append(B, batch("b" + i));
        view.refresh();
        assertThat(read(view, A)).hasSize(i);
        producer.commit();
        view.refresh();
        assertThat(read(view, A)).hasSize(i + 1).endsWith("a" + i);
        assertThat(read(view, B)).hasSize(i + 1).endsWith("b" + i);
      }
      broker.deleteTopic("b");
      view.refresh();
      assertThat(view.topics()).doesNotContain("b");
      assertThat(read(view, A)).hasSize(20);
    }
  }

  @Test
  void aNewTopicStartsWithoutTheOffsetsOfAnEarlierOneOfItsName() {
    TransactionalProducer producer = broker.transactionalProducer("tx");
    broker.append(A, batch("old"));
    producer.begin();
    producer.addOffsets("g", Map.of(A, OffsetAndMetadata.of(1)));
    broker.deleteTopic("a");
    producer.commit();
    broker.createTopic(NewTopic.of("a", 1));
    broker.append(A, batch("new"));
    assertThat(broker.committedOffsets("g")).isEmpty();
    reopen();
    assertThat(broker.committedOffsets("g")).isEmpty();
  }

  @Test
  void aProducerDoesNotGetAnIdThatABatchFromOutsideHasUsed() {
    BatchBuilder foreign = batch("foreign");
    foreign.producer(100, (short) 0, 0, false);
    broker.append(A, foreign);
    for (int i = 0; i < 200; i++) {
      broker.producer().append(A, batch("own"));
    }
    assertThat(read(broker, A)).hasSize(201);
  }
}
