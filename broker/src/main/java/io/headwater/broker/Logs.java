package io.headwater.broker;

import io.headwater.log.BatchLog;
import io.headwater.log.LogOptions;
import java.nio.file.Path;

/** Opens the logs of a folder of topics. */
final class Logs {
  private Logs() {}

  static BatchLog open(Path folder, BrokerOptions options, Topic topic, int partition) {
    Path dir = folder.resolve(new TopicPartition(topic.name(), partition).toString());
    return BatchLog.open(
        options.storage(),
        dir,
        LogOptions.builder()
            .segmentBytes(topic.config().segmentBytes())
            .timestampType(topic.config().timestampType())
            .clock(options.clock())
            .lockFolder(false) // the broker holds the lock of the folder above
            .build());
  }
}
