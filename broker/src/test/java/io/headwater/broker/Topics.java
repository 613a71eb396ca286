package io.headwater.broker;

import static io.headwater.broker.IsolationLevel.READ_COMMITTED;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.headwater.log.record.BatchBuilder;
import io.headwater.serde.Headers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Batches of text, and what a reader sees of them. */
final class Topics {
  private Topics() {}

  static TopicPartition partition(String topic, int partition) {
    return new TopicPartition(topic, partition);
  }

  /** A batch of records without keys. */
  static BatchBuilder batch(String... values) {
    var batch = new BatchBuilder();
    for (String value : values) {
      batch.append(1, null, value.getBytes(UTF_8), Headers.EMPTY);
    }
    return batch;
  }

  /** The values that a read-committed reader sees from an offset on, to the end. */
  static List<String> read(BrokerView broker, TopicPartition partition, long from) {
    return read(broker, partition, from, READ_COMMITTED);
  }

  static List<String> read(
      BrokerView broker, TopicPartition partition, long from, IsolationLevel isolation) {
    var values = new ArrayList<String>();
    long offset = from;
    FetchedRecords records = broker.fetch(partition, offset, 1000, isolation);
    while (!records.isEmpty()) {
      while (records.next()) {
        values.add(text(records.value()));
      }
      offset = records.nextOffset();
      broker.fetch(partition, offset, 1000, isolation, records);
    }
    return values;
  }

  static List<String> read(BrokerView broker, TopicPartition partition) {
    return read(broker, partition, broker.startOffset(partition));
  }

  static String text(byte @Nullable [] bytes) {
    return bytes == null ? "null" : new String(bytes, UTF_8);
  }
}
