package io.headwater.testkit.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.broker.Broker;
import io.headwater.broker.BrokerOptions;
import io.headwater.broker.BrokerView;
import io.headwater.broker.FetchedRecords;
import io.headwater.broker.IsolationLevel;
import io.headwater.broker.NewTopic;
import io.headwater.broker.TopicPartition;
import io.headwater.broker.TransactionalProducer;
import io.headwater.log.BatchLog;
import io.headwater.log.LogOptions;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.record.Compression;
import io.headwater.log.storage.Storage;
import io.headwater.serde.Headers;
import io.headwater.state.bytes.Change;
import io.headwater.state.bytes.ChangelogReader;
import io.headwater.state.bytes.CorruptStoreException;
import io.headwater.state.bytes.LogStore;
import io.headwater.state.bytes.StoreException;
import io.headwater.state.bytes.TopicChangelog;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TopicChangelogTest {
  private static final TopicPartition PARTITION = new TopicPartition("app-counts-changelog", 0);
  private static final Path INDEX = Path.of("stores", "counts", "index");

  private final Storage storage = Storage.memory();
  private final Broker broker =
      Broker.open(Path.of("data"), BrokerOptions.defaults().withStorage(storage));
  private final TransactionalProducer producer = broker.transactionalProducer("app-0");
  private final TopicChangelog changelog =
      new TopicChangelog(broker, PARTITION, producer::append, broker::sync);

  @BeforeEach
  void createTopic() {
    broker.createTopic(NewTopic.of(PARTITION.topic(), 1));
  }

  @AfterEach
  void closeBroker() {
    broker.close();
  }

  private static Change put(String key, String value) {
    return new Change(key.getBytes(UTF_8), value.getBytes(UTF_8), 42);
  }

  private void commit(LogStore store, Change... changes) {
    store.apply(List.of(changes));
    producer.begin();
    store.flush();
    producer.commit();
    store.commit();
  }

  @Test
  void aRecordIsTheKeyTheRawValueAndTheValuesOwnTime() {
    LogStore store = LogStore.open(changelog);
    commit(store, put("a", "1"), new Change("b".getBytes(UTF_8), null, 43));

    FetchedRecords records = broker.fetch(PARTITION, 0, 1 << 20, IsolationLevel.READ_COMMITTED);
    assertThat(records.next()).isTrue();
    assertThat(records.key()).asString().isEqualTo("a");
    assertThat(records.value()).asString().isEqualTo("1");
    assertThat(records.timestampMs()).isEqualTo(42);
    assertThat(records.headers()).isEmpty();
    assertThat(records.next()).isTrue();
    assertThat(records.value()).isNull();
    assertThat(records.timestampMs()).isEqualTo(43);
    assertThat(records.next()).isFalse();
  }

  @Test
  void aValueLargerThanABatchMayBeFollowsSmallOnes() {
    LogStore store = LogStore.open(changelog);
    String large = "x".repeat(2 << 20);
    producer.begin();
    store.apply(List.of(put("a", "1"), put("b", large), put("c", "3")));
    store.flush();
    producer.commit();
    store.commit();
    assertThat(store.get("b".getBytes(UTF_8)))
        .satisfies(found -> assertThat(found.value()).asString().isEqualTo(large));
    assertThat(LogStore.open(changelog).approximateEntries()).isEqualTo(3);
  }

  @Test
  void aTopicThatWasMadeAnewIsNotTakenForTheStoresOwn() {
    LogStore store = LogStore.open(changelog, storage, INDEX);
    commit(store, put("a", "1"), put("b", "1"));
    store.checkpoint();
    broker.deleteTopic(PARTITION.topic());
    createTopic();
    assertThatThrownBy(() -> ChangelogReader.open(changelog, storage, INDEX))
        .isInstanceOf(CorruptStoreException.class)
        .hasMessageContaining("the index covers offsets up to 3, but the changelog ends at 0");

    // Nor once it is as long as it was.
    commit(LogStore.open(changelog), put("other", "2"));
    commit(LogStore.open(changelog), put("another", "3"));
    assertThatThrownBy(() -> ChangelogReader.open(changelog, storage, INDEX))
        .isInstanceOf(CorruptStoreException.class)
        .hasMessageStartingWith("changelog app-counts-changelog-0 lacks records of its store: ");
  }

  @Test
  void aPlaceThatIsNotThereIsAnErrorThatNamesIt() {
    commit(LogStore.open(changelog), put("a", "1"));

    assertThatThrownBy(() -> changelog.read(7, 100, 10))
        .isInstanceOf(StoreException.class)
        .hasMessageStartingWith(
            "app-counts-changelog-0, segment 7, position 100: a record of 10 bytes could not be"
                + " read: ");
    // Within the batch's header.
    assertThatThrownBy(() -> changelog.read(0, 3, 10)).isInstanceOf(CorruptStoreException.class);
  }

  @Test
  void oneThatIsOnlyReadRefusesToAppend() {
    LogStore store = LogStore.open(TopicChangelog.readOnly(broker, PARTITION));
    store.apply(List.of(put("a", "1")));

    assertThatThrownBy(store::flush)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("app-counts-changelog-0");
  }

  @Test
  void aCompressedChangelogIsRefused() {
    broker.close();
    Path data = Path.of("data");
    LogOptions gzip = LogOptions.builder().compression(Compression.GZIP).build();
    try (BatchLog log = BatchLog.open(storage, data.resolve("app-counts-changelog-0"), gzip)) {
      log.append(new BatchBuilder().append(42, new byte[1], new byte[2], Headers.EMPTY));
    }
    try (BrokerView view = BrokerView.openReadOnly(data, storage)) {
      var compressed = TopicChangelog.readOnly(view, PARTITION);
      assertThatThrownBy(() -> ChangelogReader.open(compressed))
          .isInstanceOf(CorruptStoreException.class)
          .hasMessageContaining("app-counts-changelog-0, offset 0: the batch is compressed");
    }
  }
}
