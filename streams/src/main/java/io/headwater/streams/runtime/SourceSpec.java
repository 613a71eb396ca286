package io.headwater.streams.runtime;

import io.headwater.serde.Deserializer;
import io.headwater.streams.AppConfig;
import io.headwater.streams.AutoOffsetReset;
import io.headwater.streams.plan.SourceNode;
import io.headwater.streams.processor.FailOnInvalidTimestamp;
import io.headwater.streams.processor.TimestampExtractor;

/** A source of the plan with the application's defaults filled in. */
record SourceSpec(
    String name,
    Deserializer<Object> keyDeserializer,
    Deserializer<Object> valueDeserializer,
    TimestampExtractor timestampExtractor,
    AutoOffsetReset offsetReset) {

  static SourceSpec of(SourceNode source, AppConfig config) {
    return new SourceSpec(
        source.name(),
        DefaultSerdes.keyDeserializer(source.keyDeserializer(), config),
        DefaultSerdes.valueDeserializer(source.valueDeserializer(), config),
        source.timestampExtractor() == null
            ? new FailOnInvalidTimestamp()
            : source.timestampExtractor(),
        source.offsetReset() == null ? config.offsetReset() : source.offsetReset());
  }
}
