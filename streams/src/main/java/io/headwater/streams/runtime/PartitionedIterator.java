package io.headwater.streams.runtime;

import io.headwater.state.KeyValue;
import io.headwater.state.KeyValueIterator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The entries of several stores, one store after the other; each is opened when it is reached. */
final class PartitionedIterator<S, K, V> implements KeyValueIterator<K, V> {
  private final Iterator<S> stores;
  private final Function<S, KeyValueIterator<K, V>> entries;
  private @Nullable KeyValueIterator<K, V> current;
  private boolean closed;

  PartitionedIterator(List<S> stores, Function<S, KeyValueIterator<K, V>> entries) {
    this.stores = stores.iterator();
    this.entries = entries;
  }

  @Override
  public boolean hasNext() {
    return nonEmpty() != null;
  }

  @Override
  public KeyValue<K, V> next() {
    return required().next();
  }

  @Override
  public K peekNextKey() {
    return required().peekNextKey();
  }

  private KeyValueIterator<K, V> required() {
    KeyValueIterator<K, V> iterator = nonEmpty();
    if (iterator == null) {
      throw new NoSuchElementException("there are no more entries");
    }
    return iterator;
  }

  /** The iterator that has the next entry, or null if none has. */
  private @Nullable KeyValueIterator<K, V> nonEmpty() {
    if (closed) {
      throw new IllegalStateException("the iterator is closed");
    }
    while (current == null || !current.hasNext()) {
      if (!stores.hasNext()) {
        return null;
      }
      if (current != null) {
        current.close();
      }
      current = entries.apply(stores.next());
    }
    return current;
  }

  @Override
  public void close() {
    closed = true;
    if (current != null) {
      current.close();
      current = null;
    }
  }
}
