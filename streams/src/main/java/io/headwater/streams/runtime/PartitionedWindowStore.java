package io.headwater.streams.runtime;

import io.headwater.state.KeyValueIterator;
import io.headwater.state.ReadOnlyWindowStore;
import io.headwater.state.WindowStoreIterator;
import io.headwater.state.Windowed;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a window store that its tasks have, read as one. A key is in one of them; an
 * iterator over several keys goes through one partition after the other.
 */
public final class PartitionedWindowStore<K, V> implements ReadOnlyWindowStore<K, V> {
  private final List<ReadOnlyWindowStore<K, V>> partitions;

  /** The parts, at least one, in the order in which iterators go through them. */
  public PartitionedWindowStore(List<ReadOnlyWindowStore<K, V>> partitions) {
    this.partitions = List.copyOf(partitions);
  }

  @Override
  public @Nullable V fetch(K key, long time) {
    for (ReadOnlyWindowStore<K, V> partition : partitions) {
      V value = partition.fetch(key, time);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  @Override
  public WindowStoreIterator<V> fetch(K key, Instant timeFrom, Instant timeTo) {
    return firstWithEntries(partition -> partition.fetch(key, timeFrom, timeTo));
  }

  @Override
  public WindowStoreIterator<V> backwardFetch(K key, Instant timeFrom, Instant timeTo) {
    return firstWithEntries(partition -> partition.backwardFetch(key, timeFrom, timeTo));
  }

  private WindowStoreIterator<V> firstWithEntries(
      Function<ReadOnlyWindowStore<K, V>, WindowStoreIterator<V>> windows) {
    int last = partitions.size() - 1;
    for (int i = 0; i < last; i++) {
      WindowStoreIterator<V> found = windows.apply(partitions.get(i));
      if (found.hasNext()) {
        return found;
      }
      found.close();
    }
    return windows.apply(partitions.get(last));
  }

  @Override
  public KeyValueIterator<Windowed<K>, V> fetch(
      @Nullable K keyFrom, @Nullable K keyTo, Instant timeFrom, Instant timeTo) {
    return each(partition -> partition.fetch(keyFrom, keyTo, timeFrom, timeTo));
  }

  @Override
  public KeyValueIterator<Windowed<K>, V> backwardFetch(
      @Nullable K keyFrom, @Nullable K keyTo, Instant timeFrom, Instant timeTo) {
    return each(partition -> partition.backwardFetch(keyFrom, keyTo, timeFrom, timeTo));
  }

  @Override
  public KeyValueIterator<Windowed<K>, V> all() {
    return each(ReadOnlyWindowStore::all);
  }

  @Override
  public KeyValueIterator<Windowed<K>, V> backwardAll() {
    return each(ReadOnlyWindowStore::backwardAll);
  }

  private KeyValueIterator<Windowed<K>, V> each(
      Function<ReadOnlyWindowStore<K, V>, KeyValueIterator<Windowed<K>, V>> entries) {
    return new PartitionedIterator<>(partitions, entries);
  }
}
