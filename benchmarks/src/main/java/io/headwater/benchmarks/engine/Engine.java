package io.headwater.benchmarks.engine;

import java.io.IOException;

/** Something that can do one case. For one thread. */
public interface Engine extends AutoCloseable {
  /** Writes the input, unless an engine before this one did. Not measured. */
  void load() throws Exception;

  /**
   * Does the case once, as one that has never been done, looks at what came of it, and removes what
   * it left behind. Of topics, measured is the time from the first value deserialized to the moment
   * when the input positions that are committed are the ends of the input.
   *
   * @param number tells this round from the others
   */
  Round run(int number) throws Exception;

  @Override
  void close() throws IOException;
}
