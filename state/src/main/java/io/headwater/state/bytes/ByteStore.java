package io.headwater.state.bytes;

import java.util.List;

/**
 * Keys and values that one owner changes under its transaction. The owner applies changes and reads
 * them back at once; then it flushes, commits its transaction, and says {@link #commit}; or aborts
 * the transaction and says {@link #abort}. All methods but {@link #committed} are for the owner's
 * thread.
 */
public interface ByteStore extends ByteReader, AutoCloseable {
  /** Makes the changes, in order; of several of one key the last one wins. */
  void apply(List<Change> changes);

  /**
   * Hands everything applied so far to the changelog, if there is one, under the owner's open
   * transaction. To be called before that commits.
   *
   * @throws StoreException if the changelog does not take it; the transaction must then abort
   */
  void flush();

  /**
   * The owner's transaction has committed: what was applied since the last commit becomes what
   * {@link #committed} answers.
   *
   * @throws IllegalStateException if some of it was not flushed
   */
  void commit();

  /** Drops everything that was applied since the last commit. */
  void abort();

  /**
   * The committed entries, for any thread and without making the owner wait. Each answer is a
   * committed one; a scan during which the owner commits may show some keys as before and others as
   * after.
   */
  ByteReader committed();

  /** Whether a restart finds the data on disk without reading all of the changelog. */
  default boolean persistent() {
    return false;
  }

  /**
   * Whether a {@link #checkpoint} would now save a restart more work than it takes. For any thread.
   */
  default boolean checkpointDue() {
    return false;
  }

  /**
   * Writes down what lets a restart skip the changelog up to the last commit. For any thread, also
   * beside the owner at work.
   */
  default void checkpoint() {}

  /** Releases what the store holds; what was not committed is forgotten. Again does nothing. */
  @Override
  void close();
}
