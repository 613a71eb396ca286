package io.headwater.streams.processor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the timestamp that the log has for the record, and skips the record if it has none. */
public final class LogAndSkipOnInvalidTimestamp implements TimestampExtractor {
  private static final Logger log = LoggerFactory.getLogger(LogAndSkipOnInvalidTimestamp.class);

  @Override
  public long extract(ConsumedRecord<Object, Object> record, long partitionTime) {
    if (record.timestamp() < 0) {
      log.warn(
          "skipping the record at {}-{} offset {}: its timestamp is {}",
          record.topic(),
          record.partition(),
          record.offset(),
          record.timestamp());
    }
    return record.timestamp();
  }
}
