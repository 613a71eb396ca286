package io.headwater.streams.plan;

import java.util.OptionalInt;

/**
 * A topic that the application writes and reads to bring records of one key into one task.
 *
 * @param name without the application's prefix; ends in {@code -repartition}
 * @param partitions how many, if the program says so; else as many as the topics it has to be
 *     co-partitioned with, or the most that any topic it is fed from has
 */
public record RepartitionTopic(String name, OptionalInt partitions) {}
