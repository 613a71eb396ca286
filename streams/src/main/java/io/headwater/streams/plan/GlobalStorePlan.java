package io.headwater.streams.plan;

import io.headwater.state.StoreBuilder;

/**
 * A store that an application has one of, filled from all partitions of a topic before any task
 * starts, and kept up to date afterwards. The topic is its changelog.
 *
 * @param id the number that {@code describe} shows it under
 * @param source reads exactly one topic
 * @param processor writes the store; it forwards nothing
 */
public record GlobalStorePlan(
    int id, SourceNode source, ProcessorNode processor, StoreBuilder<?> builder) {
  public String name() {
    return builder.name();
  }

  public String topic() {
    return source.topics().get(0);
  }
}
