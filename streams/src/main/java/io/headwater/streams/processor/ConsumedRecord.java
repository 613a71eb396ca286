package io.headwater.streams.processor;

import io.headwater.serde.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A record as a source read it, before it has a time in the stream.
 *
 * @param timestamp milliseconds since the epoch as the log has it; negative if it has none
 */
public record ConsumedRecord<K, V>(
    String topic,
    int partition,
    long offset,
    long timestamp,
    @Nullable K key,
    @Nullable V value,
    Headers headers) {}
