package io.headwater.streams.processor;

/** Where the record that is being processed was read from. */
public record RecordMetadata(String topic, int partition, long offset) {}
