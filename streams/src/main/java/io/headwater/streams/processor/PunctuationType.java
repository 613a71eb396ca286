package io.headwater.streams.processor;

/** Which clock a schedule follows. */
public enum PunctuationType {
  /** The highest timestamp that the task has seen: moves only as records arrive. */
  STREAM_TIME,
  /** The system's clock. */
  WALL_CLOCK_TIME
}
