package io.headwater.benchmarks.engine;

import java.io.IOException;

/** Something that can do one case. For one thread. */
public interface Engine extends AutoCloseable {
  /** Writes the input, unless an engine before this one did. Not measured. */
  void load() throws Exception;

  /**
   * Starts an application that has never run, lets it read all of the input, stops it, looks at its
   * output, and removes what it left behind. Measured is the time from the first value deserialized
   * to the moment when the input positions that are committed are the ends of the input.
   *
   * @param number tells the application from those of other rounds
   */
  Round run(int number) throws Exception;

  @Override
  void close() throws IOException;
}
