package io.headwater.streams.processor;

import java.time.InstantSource;

/** Takes the time at which a record is read for the record's time. */
public final class WallclockTimestampExtractor implements TimestampExtractor {
  private final InstantSource clock;

  public WallclockTimestampExtractor() {
    this(InstantSource.system());
  }

  public WallclockTimestampExtractor(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public long extract(ConsumedRecord<Object, Object> record, long partitionTime) {
    return clock.millis();
  }
}
