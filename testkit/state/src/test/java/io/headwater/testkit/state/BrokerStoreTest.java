package io.headwater.testkit.state;

import io.headwater.broker.Broker;
import io.headwater.broker.BrokerOptions;
import io.headwater.broker.Durability;
import io.headwater.broker.NewTopic;
import io.headwater.broker.TopicConfig;
import io.headwater.broker.TopicPartition;
import io.headwater.broker.TransactionalProducer;
import io.headwater.log.storage.Storage;
import io.headwater.state.bytes.ByteStore;
import io.headwater.state.bytes.Changelog;
import io.headwater.state.bytes.HeapStore;
import io.headwater.state.bytes.LogStore;
import io.headwater.state.bytes.LoggedStore;
import io.headwater.state.bytes.TopicChangelog;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/**
 * The contract over a changelog in a broker, of small segments. Each time a store is opened, the
 * broker is too.
 */
abstract class BrokerStoreTest extends ByteStoreContract {
  private final Storage storage = Storage.memory();
  private @Nullable Owner owner;

  abstract ByteStore open(Changelog changelog, Storage storage);

  @Override
  protected final ByteStore open() {
    if (owner != null) {
      owner.close();
    }
    owner = new Owner(storage);
    return open(owner.changelog(), storage);
  }

  @Override
  protected final void commitTransaction() {
    if (owner != null) {
      owner.commit();
    }
  }

  @Override
  protected final void abortTransaction() {
    if (owner != null) {
      owner.abort();
    }
  }

  @AfterEach
  final void closeBroker() {
    if (owner != null) {
      owner.close();
    }
  }

  static final class OfLogStore extends BrokerStoreTest {
    @Override
    ByteStore open(Changelog changelog, Storage storage) {
      ByteStore store = LogStore.open(changelog, storage, Path.of("stores", "counts", "index"));
      // So that the next one starts from here and replays what comes now.
      store.checkpoint();
      return store;
    }
  }

  static final class OfLoggedStore extends BrokerStoreTest {
    @Override
    ByteStore open(Changelog changelog, Storage storage) {
      return LoggedStore.open(new HeapStore(), changelog);
    }
  }

  /** A broker, and the owner of one store's transaction. */
  static final class Owner implements AutoCloseable {
    private static final TopicPartition PARTITION = new TopicPartition("app-counts-changelog", 0);

    private final Broker broker;
    private final TransactionalProducer producer;
    private boolean begun;

    Owner(Storage storage) {
      broker =
          Broker.open(
              Path.of("data"),
              BrokerOptions.defaults().withStorage(storage).withDurability(Durability.OS));
      broker.createTopicIfAbsent(
          new NewTopic(
              PARTITION.topic(),
              1,
              TopicConfig.DEFAULT.withCompacted(true).withSegmentBytes(64 * 1024)));
      producer = broker.transactionalProducer("app-0");
    }

    Changelog changelog() {
      return new TopicChangelog(
          broker,
          PARTITION,
          (partition, batch) -> {
            if (!begun) {
              producer.begin();
              begun = true;
            }
            producer.append(partition, batch);
          },
          broker::sync);
    }

    void commit() {
      if (begun) {
        begun = false;
        producer.commit();
      }
    }

    void abort() {
      if (begun) {
        begun = false;
        producer.abort();
      }
    }

    @Override
    public void close() {
      broker.close();
    }
  }
}
