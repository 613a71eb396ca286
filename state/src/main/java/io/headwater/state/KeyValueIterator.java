package io.headwater.state;

import java.util.Iterator;

/**
 * Entries of a store, one at a time. To be closed after use; from then on every other method throws
 * {@link IllegalStateException}. An iterator is for one thread.
 *
 * <p>The keys are those that the store had when the iterator was made; a key that is deleted while
 * it runs may be left out, and a value that changes may be seen old or new. The store may be
 * written while the iterator is open.
 */
public interface KeyValueIterator<K, V> extends Iterator<KeyValue<K, V>>, AutoCloseable {
  /**
   * The key that {@link #next} would answer, which stays the next one.
   *
   * @throws java.util.NoSuchElementException if there is none
   */
  K peekNextKey();

  @Override
  void close();
}
