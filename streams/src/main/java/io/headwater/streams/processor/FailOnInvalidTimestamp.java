package io.headwater.streams.processor;

import io.headwater.streams.errors.StreamsException;

/** Takes the timestamp that the log has for the record, and stops if it has none. The default. */
public final class FailOnInvalidTimestamp implements TimestampExtractor {
  @Override
  public long extract(ConsumedRecord<Object, Object> record, long partitionTime) {
    if (record.timestamp() < 0) {
      throw new StreamsException(
          ("record at %s-%d offset %d has the negative timestamp %d; give its source another"
                  + " TimestampExtractor to skip such records or to take their time from elsewhere")
              .formatted(record.topic(), record.partition(), record.offset(), record.timestamp()));
    }
    return record.timestamp();
  }
}
