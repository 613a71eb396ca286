package io.headwater.streams.processor;

import io.headwater.serde.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds a key and a value on their way to a topic.
 *
 * @param offset where the record that led here was read, or -1 if none did (a punctuation)
 * @param timestamp milliseconds since the epoch
 * @param topic what the record that led here was read from, or null if none did
 * @param partition of that topic, or -1
 */
public record RecordContext(
    long offset, long timestamp, @Nullable String topic, int partition, Headers headers) {}
