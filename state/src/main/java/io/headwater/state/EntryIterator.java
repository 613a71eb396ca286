package io.headwater.state;

import io.headwater.state.bytes.CloseableIterator;
import io.headwater.state.bytes.StoredEntry;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Stored entries whose keys pass a test, as objects. A value is read only when its entry is asked
 * for.
 */
class EntryIterator<K, V> implements KeyValueIterator<K, V> {
  private final CloseableIterator<StoredEntry> entries;
  private final Predicate<byte[]> wanted;
  private final Function<byte[], K> keys;
  private final Function<StoredEntry, V> values;
  private byte[] nextKey = {};
  private @Nullable StoredEntry next;
  private boolean closed;

  EntryIterator(
      CloseableIterator<StoredEntry> entries,
      Predicate<byte[]> wanted,
      Function<byte[], K> keys,
      Function<StoredEntry, V> values) {
    this.entries = entries;
    this.wanted = wanted;
    this.keys = keys;
    this.values = values;
    advance();
  }

  private void advance() {
    next = null;
    while (next == null && entries.hasNext()) {
      StoredEntry entry = entries.next();
      byte[] key = entry.key();
      if (wanted.test(key)) {
        nextKey = key;
        next = entry;
      }
    }
  }

  private StoredEntry ensureNext() {
    ensureOpen();
    if (next == null) {
      throw new NoSuchElementException("the iterator is at its end");
    }
    return next;
  }

  private void ensureOpen() {
    if (closed) {
      throw new IllegalStateException("the iterator is closed");
    }
  }

  @Override
  public boolean hasNext() {
    ensureOpen();
    return next != null;
  }

  @Override
  public KeyValue<K, V> next() {
    StoredEntry entry = ensureNext();
    var answer = new KeyValue<>(keys.apply(nextKey), values.apply(entry));
    advance();
    return answer;
  }

  @Override
  public K peekNextKey() {
    ensureNext();
    return keys.apply(nextKey.clone());
  }

  @Override
  public void close() {
    closed = true;
    entries.close();
  }

  /** The entries of one key, by the starts of their windows. */
  static final class OfWindows<V> extends EntryIterator<Long, V> implements WindowStoreIterator<V> {
    OfWindows(
        CloseableIterator<StoredEntry> entries,
        Predicate<byte[]> wanted,
        Function<StoredEntry, V> values) {
      super(entries, wanted, WindowKeys::start, values);
    }
  }
}
