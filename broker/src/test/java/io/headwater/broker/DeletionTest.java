package io.headwater.broker;

import static io.headwater.broker.IsolationLevel.READ_COMMITTED;
import static io.headwater.broker.Topics.batch;
import static io.headwater.broker.Topics.partition;
import static io.headwater.broker.Topics.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.storage.Storage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A topic is deleted while others use it. */
class DeletionTest {
  private static final Path FOLDER = Path.of("data");
  private static final Path SEGMENT = FOLDER.resolve("a-0").resolve("00000000000000000000.log");
  private static final TopicPartition A = partition("a", 0);
  private static final TopicPartition B = partition("b", 0);

  @Test
  void aTopicThatIsDeletedInTheMiddleOfAReadIsUnknown() {
    var storage = new WatchedStorage(Storage.memory());
    try (Broker broker = Broker.open(FOLDER, BrokerOptions.defaults().withStorage(storage))) {
      List<ThrowingCallable> reads =
          List.of(
              () -> broker.fetch(A, 0, 1000, READ_COMMITTED),
              () -> broker.readAt(A, 0, 0, 10),
              () -> broker.offsetForTime(A, 0));
      for (ThrowingCallable reading : reads) {
        broker.createTopic(NewTopic.of("a", 1));
        broker.append(A, batch("one"));
        storage.beforeNextRead(SEGMENT, () -> broker.deleteTopic("a"));
        assertThatThrownBy(reading)
            .isInstanceOf(UnknownTopicException.class)
            .hasMessage("topic a has been deleted");
      }
    }
  }

  @Test
  void whoeverUsesATopicThatIsDeletedMeanwhileIsToldThatItIsUnknown() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try (Broker broker =
            Broker.inMemory(BrokerOptions.defaults().withDurability(Durability.COMMIT));
        TransactionalProducer producer = broker.transactionalProducer("t")) {
      var done = new AtomicBoolean();
      List<Runnable> uses =
          List.of(
              () -> broker.append(A, batch("plain")),
              () -> broker.fetch(A, 0, 1000, READ_COMMITTED),
              () -> broker.endOffset(A, READ_COMMITTED),
              () -> broker.startOffset(A),
              () -> broker.offsetForTime(A, 0),
              () -> broker.describe("a"),
              () -> broker.commitOffsets("g", Map.of(A, OffsetAndMetadata.of(0))),
              () -> {
                producer.begin();
                try {
                  producer.addOffsets("h", Map.of(A, OffsetAndMetadata.of(0)));
                  producer.append(A, batch("transactional"));
                } finally {
                  producer.commit();
                }
              });
      List<Future<Boolean>> ended =
          uses.stream()
              .map(
                  use ->
                      threads.submit(
                          (Callable<Boolean>)
                              () -> {
                                while (!done.get()) {
                                  try {
                                    use.run();
                                  } catch (UnknownTopicException expected) {
                                    assertThat(expected).hasMessageContaining("topic");
                                  }
                                }
                                return true;
                              }))
              .toList();
      for (int i = 0; i < 300; i++) {
        broker.createTopic(NewTopic.of("a", 1));
        broker.append(A, batch("first"));
        broker.deleteTopic("a");
      }
      done.set(true);
      for (Future<Boolean> each : ended) {
        assertThat(each.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Whatever a view was about to read when a topic was deleted beside it. */
  @Test
  void aViewIsOpenedWhileATopicIsDeleted() {
    int reads = 0;
    for (boolean deleted = true; deleted; reads++) {
      Storage storage = Storage.memory();
      try (Broker broker = written(storage)) {
        var watched = new WatchedStorage(storage);
        watched.beforeRead(reads, () -> broker.deleteTopic("a"));
        try (ReadOnlyBroker view = BrokerView.openReadOnly(FOLDER, watched)) {
          assertThat(read(view, B)).as("read %d", reads).containsExactly("one", "two", "three");
        }
        deleted = !broker.topics().contains("a");
      }
    }
    assertThat(reads).isGreaterThan(20);
  }

  @Test
  void aViewMovesOnWhileATopicIsDeleted() {
    int reads = 0;
    for (boolean deleted = true; deleted; reads++) {
      Storage storage = Storage.memory();
      try (Broker broker = written(storage)) {
        var watched = new WatchedStorage(storage);
        try (ReadOnlyBroker view = BrokerView.openReadOnly(FOLDER, watched)) {
          for (int i = 0; i < 10; i++) { // new segments
            broker.append(A, batch("x".repeat(600)));
          }
          broker.append(B, batch("four"));
          watched.beforeRead(reads, () -> broker.deleteTopic("a"));
          assertThat(view.refresh()).isTrue();
          assertThat(read(view, B)).as("read %d", reads).endsWith("three", "four");
        }
        deleted = !broker.topics().contains("a");
      }
    }
    assertThat(reads).isGreaterThan(20);
  }

  private static Broker written(Storage storage) {
    Broker broker =
        Broker.open(
            FOLDER,
            BrokerOptions.defaults()
                .withStorage(storage)
                .withDurability(Durability.OS)
                .withSegmentBytes(1024));
    broker.createTopic(NewTopic.of("a", 2));
    broker.createTopic(NewTopic.of("b", 1));
    Stream.of("one", "two", "three")
        .forEach(
            value -> {
              broker.append(A, batch(value));
              broker.append(B, batch(value));
            });
    broker.sync();
    return broker;
  }
}
