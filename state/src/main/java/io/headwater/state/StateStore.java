package io.headwater.state;

/**
 * Something a processor keeps between records, under a name that is unique in its topology. Used by
 * one thread at a time; open from the moment it exists until {@link #close}.
 */
public interface StateStore extends AutoCloseable {
  /** The name, unique in the topology. */
  String name();

  /**
   * Writes out what is held back: the last value of each key that changed goes to the listeners of
   * this store and to its changelog. A task flushes before it commits; flushing more often is
   * harmless, and gives others more of the updates between two commits.
   */
  void flush();

  /**
   * Releases what the store holds. What was not committed is forgotten. Closing again does nothing.
   */
  @Override
  void close();

  /** Whether the store's data is found again on disk after a restart, without a full restore. */
  boolean persistent();

  /** Whether the store can be used: true until {@link #close}. */
  boolean isOpen();
}
