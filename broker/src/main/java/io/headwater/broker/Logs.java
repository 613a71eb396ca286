package io.headwater.broker;

import io.headwater.log.BatchLog;
import io.headwater.log.LogOptions;
import java.nio.file.Path;

/** Opens the logs of a folder of topics. */
final class Logs {
  /** As Kafka's: a broker reads on from where it finds a record. */
  private static final int INDEX_INTERVAL_BYTES = 4096;

  private Logs() {}

  static BatchLog open(Path folder, BrokerOptions options, Topic topic, int partition) {
    Path dir = folder.resolve(new TopicPartition(topic.name(), partition).toString());
    return BatchLog.open(
        options.storage(),
        dir,
        LogOptions.builder()
            .indexIntervalBytes(INDEX_INTERVAL_BYTES)
            .segmentBytes(topic.config().segmentBytes())
            .timestampType(topic.config().timestampType())
            .clock(options.clock())
            .lockFolder(false) // the broker holds the lock of the folder above
            .build());
  }
}
