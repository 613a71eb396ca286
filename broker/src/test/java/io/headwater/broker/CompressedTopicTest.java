package io.headwater.broker;

import static io.headwater.broker.IsolationLevel.READ_COMMITTED;
import static io.headwater.broker.Topics.batch;
import static io.headwater.broker.Topics.partition;
import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.BatchLog;
import io.headwater.log.LogOptions;
import io.headwater.log.record.Compression;
import io.headwater.log.storage.Storage;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A topic with a batch that something else than a broker has compressed. */
class CompressedTopicTest {
  private static final TopicPartition T = partition("t", 0);

  private final Path folder = Path.of("data");
  private final Storage storage = Storage.memory();
  private final BrokerOptions options = BrokerOptions.defaults().withStorage(storage);

  @Test
  void compressedRecordsAreFetchedAndHaveNoPosition() {
    try (Broker broker = Broker.open(folder, options)) {
      broker.createTopic(NewTopic.of("t", 1));
      broker.append(T, batch("plain"));
    }
    LogOptions gzip = LogOptions.builder().compression(Compression.GZIP).build();
    try (BatchLog log = BatchLog.open(storage, folder.resolve("t-0"), gzip)) {
      log.append(batch("one", "two"));
    }
    try (Broker broker = Broker.open(folder, options)) {
      FetchedRecords records = broker.fetch(T, 0, 1000, READ_COMMITTED);
      assertThat(records.next()).isTrue();
      assertThat(records.position()).isEqualTo(61);
      for (String value : new String[] {"one", "two"}) {
        assertThat(records.next()).isTrue();
        assertThat(Topics.text(records.value())).isEqualTo(value);
        int from = records.valuePosition();
        assertThat(Arrays.copyOfRange(records.array(), from, from + records.valueSize()))
            .isEqualTo(records.value());
        assertThat(records.position()).isEqualTo(-1);
      }
      assertThat(records.next()).isFalse();
      assertThat(records.nextOffset()).isEqualTo(3);
    }
  }
}
