package io.headwater.streams.processor;

/** Gives a record that a source has read its time. Called by one thread per task. */
@FunctionalInterface
public interface TimestampExtractor {
  /**
   * The record's time, in milliseconds since the epoch; a negative one drops the record, which is
   * counted.
   *
   * @param partitionTime the highest time seen in the record's partition, or -1
   */
  long extract(ConsumedRecord<Object, Object> record, long partitionTime);
}
