package io.headwater.broker;

import static io.headwater.broker.IsolationLevel.READ_COMMITTED;
import static io.headwater.broker.Topics.batch;
import static io.headwater.broker.Topics.partition;
import static io.headwater.broker.Topics.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import io.headwater.log.testing.FaultyStorage;
import io.headwater.log.testing.PowerCutException;
import io.headwater.log.testing.Seeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A view beside a broker that writes. */
class ReadOnlyBrokerTest {
  private static final TopicPartition A = partition("a", 0);
  private static final TopicPartition B = partition("b", 0);

  private final Path folder = Path.of("data");
  private final Storage storage = Storage.memory();
  private final Broker broker =
      Broker.open(folder, BrokerOptions.defaults().withStorage(storage).withSegmentBytes(2048));

  @BeforeEach
  void createTopics() {
    broker.createTopic(NewTopic.of("a", 1));
    broker.createTopic(NewTopic.of("b", 1));
  }

  @AfterEach
  void closeBroker() {
    broker.close();
  }

  @Test
  void itStandsStillUntilItIsRefreshed() {
    broker.append(A, batch("one"));
    try (ReadOnlyBroker view = BrokerView.openReadOnly(folder, storage)) {
      broker.append(A, batch("two"));
      broker.commitOffsets("g", Map.of(A, OffsetAndMetadata.of(2)));
      assertThat(read(view, A)).containsExactly("one");
      assertThat(view.committedOffsets("g")).isEmpty();

      assertThat(view.refresh()).isTrue();
      assertThat(read(view, A)).containsExactly("one", "two");
      assertThat(view.committedOffsets("g")).containsEntry(A, OffsetAndMetadata.of(2));
      assertThat(view.groups()).containsExactly("g");
      assertThat(view.refresh()).isFalse();
    }
  }

  @Test
  void itShowsCommittedTransactionsOnly() {
    TransactionalProducer producer = broker.transactionalProducer("t");
    producer.begin();
    producer.append(A, batch("aborted"));
    producer.abort();
    producer.begin();
    producer.append(A, batch("committed"));
    producer.commit();
    producer.begin();
    producer.append(A, batch("open"));
    try (ReadOnlyBroker view = BrokerView.openReadOnly(folder, storage)) {
      assertThat(read(view, A)).containsExactly("committed");
      assertThat(view.describe("a").partitions().get(0).lastStableOffset()).isEqualTo(4);
      producer.append(B, batch("open"));
      producer.commit();
      assertThat(read(view, A)).containsExactly("committed");
      view.refresh();
      assertThat(read(view, A)).containsExactly("committed", "open");
      assertThat(read(view, B)).containsExactly("open");
    }
  }

  @Test
  void itSeesTopicsComeAndGo() {
    broker.append(A, batch("old"));
    try (ReadOnlyBroker view = BrokerView.openReadOnly(folder, storage)) {
      broker.createTopic(NewTopic.of("c", 2));
      broker.deleteTopic("b");
      broker.deleteTopic("a");
      broker.createTopic(NewTopic.of("a", 1));
      broker.append(A, batch("new"));
      assertThat(view.refresh()).isTrue();
      assertThat(view.topics()).contains("a", "c").doesNotContain("b");
      assertThat(view.endOffset(partition("c", 1), READ_COMMITTED)).isZero();
      assertThat(read(view, A)).containsExactly("new");
      assertThatThrownBy(() -> view.describe("b")).isInstanceOf(UnknownTopicException.class);
    }
  }

  @Test
  void itTakesNoLockAndChangesNothing() {
    broker.append(A, batch("one"));
    broker.close();
    Map<Path, List<Byte>> before = content();
    try (ReadOnlyBroker view = BrokerView.openReadOnly(folder, storage)) {
      assertThat(read(view, A)).containsExactly("one");
      view.refresh();
    }
    assertThat(content()).isEqualTo(before);
  }

  private Map<Path, List<Byte>> content() {
    var content = new TreeMap<Path, List<Byte>>();
    for (Path dir : storage.list(folder)) {
      List<Path> files = storage.list(dir);
      for (Path file : files.isEmpty() ? List.of(dir) : files) {
        if (!file.endsWith("b-0")) {
          var bytes = new ArrayList<Byte>();
          for (byte each : WholeFile.read(storage, file)) {
            bytes.add(each);
          }
          content.put(file, bytes);
        }
      }
    }
    return content;
  }

  @Test
  void aBatchThatIsPartlyWrittenIsNotShown() {
    broker.append(A, batch("one"));
    Path log = folder.resolve("a-0").resolve("00000000000000000000.log");
    long size;
    try (StorageFile file = storage.open(log)) {
      size = file.size();
      byte[] half = new byte[(int) size / 2];
      file.read(0, half, 0, half.length);
      file.write(size, half, 0, half.length);
    }
    try (ReadOnlyBroker view = BrokerView.openReadOnly(folder, storage)) {
      assertThat(read(view, A)).containsExactly("one");
      broker.append(A, batch("two"));
      view.refresh();
      assertThat(read(view, A)).containsExactly("one", "two");
    }
  }

  @Test
  void aRecordOfTheWriterIsReadByItsPlace() {
    broker.append(A, batch("one", "two"));
    try (ReadOnlyBroker view = BrokerView.openReadOnly(folder, storage)) {
      FetchedRecords records = view.fetch(A, 1, 1000, READ_COMMITTED);
      assertThat(records.next()).isTrue();
      assertThat(view.readAt(A, records.segmentBase(), records.position(), records.sizeInBytes()))
          .isEqualTo(
              broker.readAt(A, records.segmentBase(), records.position(), records.sizeInBytes()));
    }
  }

  @Test
  void aClosedViewRefusesEverything() {
    ReadOnlyBroker view = BrokerView.openReadOnly(folder, storage);
    view.close();
    view.close();
    assertThatThrownBy(view::topics).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(view::refresh).isInstanceOf(IllegalStateException.class);
  }

  /** A broker that is just making its folder is as one that was killed just there. */
  @Test
  void aViewIsOpenedBesideTheVeryFirstOpening() {
    int operations = 0;
    int views = 0;
    for (boolean opened = false; !opened; operations++) {
      var disk = new FaultyStorage(1).cutPowerAt(operations);
      try (Broker first = Broker.open(folder, BrokerOptions.defaults().withStorage(disk))) {
        opened = first.topics().size() == 2;
      } catch (PowerCutException e) {
        opened = false;
      }
      Storage left = disk.afterKill();
      if (left.exists(folder.resolve(FolderFormat.FILE))) {
        try (ReadOnlyBroker view = BrokerView.openReadOnly(folder, left)) {
          assertThat(view.groups()).as("operation %d", operations).isEmpty();
          views++;
        }
      }
    }
    assertThat(views).isGreaterThan(5);
  }

  /** Over many segments, snapshots and settlings, a view that follows sees what the broker sees. */
  @Test
  void aViewThatFollowsAgreesWithTheBroker() {
    TransactionalProducer one = broker.transactionalProducer("one");
    TransactionalProducer two = broker.transactionalProducer("two");
    long seed = Seeds.next();
    var random = new Random(seed);
    try (ReadOnlyBroker view = BrokerView.openReadOnly(folder, storage)) {
      for (int i = 0; i < 200; i++) {
        TransactionalProducer writer = random.nextBoolean() ? one : two;
        writer.begin();
        writer.append(random.nextBoolean() ? A : B, batch("value " + i));
        writer.addOffsets("g", Map.of(partition("lines", 0), OffsetAndMetadata.of(i)));
        if (random.nextInt(3) == 0) {
          writer.abort();
        } else {
          writer.commit();
        }
        if (random.nextInt(20) == 0) {
          broker.sync();
        }
        if (random.nextInt(4) == 0) {
          view.refresh();
          String context = "seed %d, step %d".formatted(seed, i);
          assertThat(read(view, A)).as(context).isEqualTo(read(broker, A));
          assertThat(read(view, B)).as(context).isEqualTo(read(broker, B));
          assertThat(view.committedOffsets("g"))
              .as(context)
              .isEqualTo(broker.committedOffsets("g"));
        }
      }
    }
  }
}
