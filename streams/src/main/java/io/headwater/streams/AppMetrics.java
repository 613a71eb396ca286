package io.headwater.streams;

/**
 * What an application has done since it was started, up to its last commits. What an abort takes
 * back is not counted, so {@code consumed = processed + skipped + deadLettered} always.
 *
 * @param consumed records read from topics
 * @param processed records that went through the topology to the end
 * @param skipped records left out at the source: unreadable ones or failed ones, where the {@link
 *     ErrorPolicy} says so, and those with a negative timestamp
 * @param deadLettered records written to a dead-letter topic instead of being processed
 * @param dropped records that an operation let go within the topology, because their key or value
 *     was null or they came too late
 * @param produced records written to topics by sinks, repartition topics among them
 * @param commits transactions committed
 * @param aborts transactions taken back after an error
 */
public record AppMetrics(
    long consumed,
    long processed,
    long skipped,
    long deadLettered,
    long dropped,
    long produced,
    long commits,
    long aborts) {
  /** Nothing done yet. */
  public static final AppMetrics ZERO = new AppMetrics(0, 0, 0, 0, 0, 0, 0, 0);

  /** Both together. */
  public AppMetrics plus(AppMetrics other) {
    return new AppMetrics(
        consumed + other.consumed,
        processed + other.processed,
        skipped + other.skipped,
        deadLettered + other.deadLettered,
        dropped + other.dropped,
        produced + other.produced,
        commits + other.commits,
        aborts + other.aborts);
  }
}
