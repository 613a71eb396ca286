package io.headwater.streams.runtime;

import io.headwater.serde.Serializer;
import io.headwater.state.KeyValueIterator;
import io.headwater.state.ReadOnlyKeyValueStore;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a store that its tasks have, read as one. An iterator goes through one partition
 * after the other; only within a partition entries come in order.
 */
public final class PartitionedKeyValueStore<K, V> implements ReadOnlyKeyValueStore<K, V> {
  private final List<ReadOnlyKeyValueStore<K, V>> partitions;

  /** The parts, in the order in which iterators go through them. */
  public PartitionedKeyValueStore(List<ReadOnlyKeyValueStore<K, V>> partitions) {
    this.partitions = List.copyOf(partitions);
  }

  @Override
  public @Nullable V get(K key) {
    for (ReadOnlyKeyValueStore<K, V> partition : partitions) {
      V value = partition.get(key);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  @Override
  public KeyValueIterator<K, V> range(@Nullable K from, @Nullable K to) {
    return each(partition -> partition.range(from, to));
  }

  @Override
  public KeyValueIterator<K, V> reverseRange(@Nullable K from, @Nullable K to) {
    return each(partition -> partition.reverseRange(from, to));
  }

  @Override
  public <PS extends Serializer<P>, P> KeyValueIterator<K, V> prefixScan(
      P prefix, PS prefixKeySerializer) {
    return each(partition -> partition.prefixScan(prefix, prefixKeySerializer));
  }

  private KeyValueIterator<K, V> each(
      Function<ReadOnlyKeyValueStore<K, V>, KeyValueIterator<K, V>> entries) {
    return new PartitionedIterator<>(partitions, entries);
  }

  @Override
  public long approximateNumEntries() {
    return partitions.stream().mapToLong(ReadOnlyKeyValueStore::approximateNumEntries).sum();
  }
}
