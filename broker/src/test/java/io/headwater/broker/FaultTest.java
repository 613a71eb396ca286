package io.headwater.broker;

import static io.headwater.broker.Topics.batch;
import static io.headwater.broker.Topics.partition;
import static io.headwater.broker.Topics.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.Recovery;
import io.headwater.log.storage.CorruptLogException;
import io.headwater.log.storage.DiskFullException;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.StorageFile;
import io.headwater.log.testing.FaultyStorage;
import io.headwater.log.testing.FaultyStorage.Fault;
import io.headwater.log.testing.PowerCutException;
import io.headwater.log.testing.Seeds;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A disk that is full or fails: a clear error, nothing lost, and the next open goes on. */
class FaultTest {
  private static final Path FOLDER = Path.of("data");
  private static final TopicPartition A = partition("t", 0);
  private static final TopicPartition B = partition("t", 1);

  private final FaultyStorage storage = new FaultyStorage(Seeds.next());
  private final BrokerOptions options = BrokerOptions.defaults().withStorage(storage);

  @Test
  void aFullDiskIsAnErrorOfTheAppendAndGoesAwayWithIt() {
    try (Broker broker = Broker.open(FOLDER, options)) {
      broker.createTopic(NewTopic.of("t", 2));
      broker.append(A, batch("before"));
      storage.full(true);
      assertThatThrownBy(() -> broker.append(A, batch("more than is reserved".repeat(5_000))))
          .isInstanceOf(DiskFullException.class);
      storage.full(false);
      broker.append(A, batch("after"));
      assertThat(read(broker, A)).containsExactly("before", "after");
    }
    try (Broker broker = Broker.open(FOLDER, options)) {
      assertThat(read(broker, A)).containsExactly("before", "after");
    }
  }

  @Test
  void aTransactionThatFindsTheDiskFullCanBeAborted() {
    try (Broker broker = Broker.open(FOLDER, options)) {
      broker.createTopic(NewTopic.of("t", 2));
      TransactionalProducer producer = broker.transactionalProducer("tx");
      producer.begin();
      producer.append(A, batch("one"));
      storage.full(true);
      assertThatThrownBy(() -> producer.append(B, batch("no room")))
          .isInstanceOf(DiskFullException.class);
      storage.full(false);
      producer.abort();
      producer.begin();
      producer.append(B, batch("two"));
      producer.commit();
      assertThat(read(broker, A)).isEmpty();
      assertThat(read(broker, B)).containsExactly("two");
    }
  }

  /** Whichever write of a commit finds no space, the commit is there as a whole or not at all. */
  @ParameterizedTest
  @EnumSource(Fault.class)
  void aCommitIsWholeOrNotThereWhicheverOperationFails(Fault fault) {
    for (int failing = 0; ; failing++) {
      var disk = new FaultyStorage(failing);
      BrokerOptions faulty = options.withStorage(disk);
      boolean failed = false;
      String context = "%s at operation %d of the commit".formatted(fault, failing);
      Broker broker = Broker.open(FOLDER, faulty);
      broker.createTopic(NewTopic.of("t", 2));
      TransactionalProducer producer = broker.transactionalProducer("tx");
      producer.begin();
      producer.append(A, batch("a"));
      producer.append(B, batch("b"));
      producer.addOffsets("g", Map.of(partition("lines", 0), OffsetAndMetadata.of(1)));
      long before = disk.operationCount();
      disk.failAt(before + failing, fault);
      try {
        producer.commit();
        assertThat(read(broker, A)).as(context).containsExactly("a");
      } catch (LogException | BrokerException e) {
        failed = true;
        assertThat(e).as(context).isNotInstanceOf(PowerCutException.class);
        assertThat(read(broker, A)).as(context).isEqualTo(read(broker, B)).isEmpty();
        assertThat(broker.committedOffsets("g")).as(context).isEmpty();
      }
      boolean reached = disk.operationCount() > before + failing;
      try (Broker next = Broker.open(FOLDER, faulty.withStorage(disk.afterKill()))) {
        List<String> a = read(next, A);
        assertThat(a.isEmpty()).as(context).isEqualTo(read(next, B).isEmpty());
        assertThat(next.committedOffsets("g").isEmpty()).as(context).isEqualTo(a.isEmpty());
        if (!failed) {
          assertThat(a).as(context).containsExactly("a");
        }
      }
      if (!reached) {
        assertThat(failing).isGreaterThan(3);
        return;
      }
    }
  }

  @Test
  void aBrokerWhoseDecisionCouldNotBeForcedTakesNoMoreWrites() {
    Broker broker = Broker.open(FOLDER, options);
    broker.createTopic(NewTopic.of("t", 2));
    TransactionalProducer producer = broker.transactionalProducer("tx");
    producer.begin();
    producer.append(A, batch("a"));
    storage.failForces(path -> path.toString().contains("__transaction_state"));
    assertThatThrownBy(producer::commit)
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("a commit may be decided but could not be finished");
    assertThatThrownBy(() -> broker.append(A, batch("x")))
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("close it and open it again");
    assertThat(broker.doWork()).isZero();
    assertThat(read(broker, A)).isEmpty();
    broker.close();
  }

  @Test
  void aBrokerThatFailsToCloseLetsGoOfItsFolder() {
    Broker broker = Broker.open(FOLDER, options.withDurability(Durability.OS));
    broker.createTopic(NewTopic.of("t", 2));
    broker.append(A, batch("one"));
    storage.failForces(path -> path.toString().contains("t-0"));
    assertThatThrownBy(broker::close).isInstanceOf(LogException.class);
    storage.failForces(null);
    try (Broker next = Broker.open(FOLDER, options)) {
      assertThat(read(next, A)).containsExactly("one");
    }
  }

  @Test
  void aDamagedPartitionIsNoneOfTheOthersBusiness() {
    Broker killed = Broker.open(FOLDER, options);
    killed.createTopic(NewTopic.of("t", 2));
    killed.append(A, batch("one"));
    killed.append(A, batch("two"));
    killed.append(B, batch("one"));
    killed.sync();
    killed.append(A, batch("three"));
    FaultyStorage left = storage.afterKill();
    try (StorageFile log = left.open(FOLDER.resolve("t-0").resolve("%020d.log".formatted(0)))) {
      log.truncate(100);
    }
    for (int i = 0; i < 2; i++) {
      try (Broker broker = Broker.open(FOLDER, options.withStorage(left))) {
        assertThatThrownBy(() -> read(broker, A)).isInstanceOf(CorruptLogException.class);
        assertThatThrownBy(() -> broker.append(A, batch("x")))
            .isInstanceOf(CorruptLogException.class)
            .hasMessageContaining("the log takes no appends");
        broker.append(B, batch("more"));
        broker.sync();
      }
    }
    try (Broker broker = Broker.open(FOLDER, options.withStorage(left))) {
      assertThat(read(broker, B)).containsExactly("one", "more", "more");
    }
  }

  @Test
  void whatIsAroundDamageCanBeRead() {
    Broker killed = Broker.open(FOLDER, options);
    killed.createTopic(NewTopic.of("t", 2));
    killed.append(A, batch("one"));
    killed.append(A, batch("two"));
    killed.sync();
    killed.append(A, batch("three"));
    FaultyStorage left = storage.afterKill();
    try (StorageFile log = left.open(FOLDER.resolve("t-0").resolve("%020d.log".formatted(0)))) {
      log.write(61, new byte[] {9}, 0, 1);
    }
    for (int i = 0; i < 2; i++) {
      try (Broker broker = Broker.open(FOLDER, options.withStorage(left))) {
        assertThat(read(broker, A, 1)).startsWith("two", "three").hasSize(2 + i);
        assertThatThrownBy(() -> read(broker, A))
            .isInstanceOf(CorruptLogException.class)
            .hasMessageContaining("read on from offset 1");
        broker.append(A, batch("more"));
      }
    }
  }

  @Test
  void whatOpeningFoundIsToldByPartition() {
    Broker killed = Broker.open(FOLDER, options);
    assertThat(killed.recoveries()).isEmpty();
    killed.createTopic(NewTopic.of("t", 3));
    killed.append(A, batch("one"));
    killed.append(B, batch("one"));
    killed.sync();
    killed.append(B, batch("two")); // so that the next opening looks at the log
    FaultyStorage left = storage.afterKill();
    try (StorageFile torn = left.open(FOLDER.resolve("t-0").resolve("%020d.log".formatted(0)));
        StorageFile damaged = left.open(FOLDER.resolve("t-1").resolve("%020d.log".formatted(0)))) {
      torn.write(71, "ten bytes.".getBytes(StandardCharsets.UTF_8), 0, 10);
      damaged.truncate(61);
    }

    try (Broker broker = Broker.open(FOLDER, options.withStorage(left))) {
      assertThat(broker.recoveries()).containsOnlyKeys(A, B);
      assertThat(broker.recoveries().get(A))
          .isInstanceOfSatisfying(
              Recovery.TailCut.class, cut -> assertThat(cut.bytesDropped()).isEqualTo(10));
      assertThat(broker.recoveries().get(B)).isInstanceOf(Recovery.Damaged.class);
    }
    try (Broker broker = Broker.open(FOLDER, options.withStorage(left))) {
      assertThat(broker.recoveries()).containsOnlyKeys(B);
    }
  }

  /** Some partitions have their abort marker by then, so the records can only be given up. */
  @Test
  void aTransactionWhoseAbortHasFailedCanOnlyBeAborted() {
    try (Broker broker = Broker.open(FOLDER, options)) {
      broker.createTopic(NewTopic.of("t", 2));
      TransactionalProducer producer = broker.transactionalProducer("tx");
      producer.begin();
      producer.append(A, batch("a"));
      producer.append(B, batch("too large to be reserved for".repeat(1_000)));
      storage.failAt(storage.operationCount() + 1, Fault.DISK_FULL); // for what follows it
      assertThatThrownBy(producer::abort).isInstanceOf(DiskFullException.class);

      assertThatThrownBy(producer::commit)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("aborting the transaction of tx has failed: abort it again");
      assertThatThrownBy(() -> producer.append(A, batch("more")))
          .isInstanceOf(IllegalStateException.class);
      producer.abort();

      producer.begin();
      producer.append(A, batch("next"));
      producer.commit();
      assertThat(read(broker, A)).containsExactly("next");
      assertThat(read(broker, B)).isEmpty();
    }
  }

  /** The decision is on disk, and some markers are not: only an opening can finish that. */
  @Test
  void aCommitThatAnErrorCutsShortStopsTheBroker() {
    var callsLeft = new AtomicInteger(Integer.MAX_VALUE);
    InstantSource failing =
        () -> {
          if (callsLeft.getAndDecrement() == 0) {
            throw new OutOfMemoryError("no memory, as the test wants it");
          }
          return Instant.EPOCH;
        };
    Broker broker = Broker.open(FOLDER, options.withClock(failing));
    broker.createTopic(NewTopic.of("t", 2));
    TransactionalProducer producer = broker.transactionalProducer("tx");
    producer.begin();
    producer.append(A, batch("a"));
    producer.append(B, batch("b"));
    callsLeft.set(2); // for the decision and the marker of one partition
    assertThatThrownBy(producer::commit).isInstanceOf(OutOfMemoryError.class);
    assertThatThrownBy(producer::abort)
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("takes no more writes");
    broker.close();

    try (Broker next = Broker.open(FOLDER, options)) {
      assertThat(read(next, A)).containsExactly("a");
      assertThat(read(next, B)).containsExactly("b");
    }
  }

  /** A commit rests on all earlier ones, also on those of a process that forced less. */
  @Test
  void anAcknowledgedCommitIsNotTakenBackWithAnEarlierOneOfAnotherDurability() {
    for (int seed = 0; seed < 20; seed++) {
      var disk = new FaultyStorage(seed);
      Broker killed = Broker.open(FOLDER, options.withStorage(disk).withDurability(Durability.OS));
      killed.createTopic(NewTopic.of("t", 2));
      TransactionalProducer first = killed.transactionalProducer("first");
      first.begin();
      first.append(A, batch("not forced"));
      first.commit();

      disk = disk.afterKill();
      Broker broker = Broker.open(FOLDER, options.withStorage(disk));
      TransactionalProducer second = broker.transactionalProducer("second");
      second.begin();
      second.append(B, batch("forced"));
      second.commit();

      disk = disk.afterRestart();
      try (Broker next = Broker.open(FOLDER, options.withStorage(disk))) {
        assertThat(read(next, B)).as("seed %d", seed).containsExactly("forced");
      }
    }
  }
}
