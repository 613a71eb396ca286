package io.headwater.state.bytes;

import java.util.Iterator;

/** An iterator to be closed after use; from then on {@code next} throws IllegalStateException. */
public interface CloseableIterator<T> extends Iterator<T>, AutoCloseable {
  @Override
  void close();
}
