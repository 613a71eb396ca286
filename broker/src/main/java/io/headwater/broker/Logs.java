package io.headwater.broker;

import io.headwater.log.BatchLog;
import io.headwater.log.LogOptions;
import io.headwater.log.Recovery;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the logs of a folder of topics. */
final class Logs {
  private static final Logger LOGGER = LoggerFactory.getLogger(Logs.class);

  private Logs() {}

  static BatchLog open(Path folder, BrokerOptions options, Topic topic, int partition) {
    Path dir = folder.resolve(new TopicPartition(topic.name(), partition).toString());
    BatchLog log =
        BatchLog.open(
            options.storage(),
            dir,
            LogOptions.builder()
                .segmentBytes(topic.config().segmentBytes())
                .timestampType(topic.config().timestampType())
                .clock(options.clock())
                .lockFolder(false) // the broker holds the lock of the folder above
                .build());
    if (!(log.recovery() instanceof Recovery.Clean)) {
      LOGGER.warn("{}: {}", dir, log.recovery());
    }
    return log;
  }
}
