package io.headwater.streams.processor;

import io.headwater.streams.errors.StreamsException;

/**
 * Takes the timestamp that the log has for the record, or the highest one seen in its partition if
 * the record has none.
 */
public final class UsePartitionTimeOnInvalidTimestamp implements TimestampExtractor {
  @Override
  public long extract(ConsumedRecord<Object, Object> record, long partitionTime) {
    if (record.timestamp() >= 0) {
      return record.timestamp();
    }
    if (partitionTime < 0) {
      throw new StreamsException(
          "record at %s-%d offset %d has no timestamp, nor has any before it"
              .formatted(record.topic(), record.partition(), record.offset()));
    }
    return partitionTime;
  }
}
