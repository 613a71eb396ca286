package io.headwater.state;

import io.headwater.serde.Serializer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One value a key, to be read. No method takes a null key, except where an open end is meant.
 * Entries come in the order of their serialized keys, compared as unsigned bytes. A method throws
 * {@link IllegalStateException} once the store is closed.
 */
public interface ReadOnlyKeyValueStore<K, V> {
  /** The value of the key, or null if it has none. */
  @Nullable V get(K key);

  /** The value of each key, in the order asked for; null where a key has none. */
  default List<@Nullable V> getAll(Collection<? extends K> keys) {
    var values = new ArrayList<@Nullable V>(keys.size());
    for (K key : keys) {
      values.add(get(key));
    }
    return values;
  }

  /**
   * The entries from {@code from} to {@code to}, both included, in ascending order. A null bound is
   * open. Empty if {@code from} lies after {@code to}.
   */
  KeyValueIterator<K, V> range(@Nullable K from, @Nullable K to);

  /** The entries of {@link #range} in descending order; {@code from} is still the smaller bound. */
  KeyValueIterator<K, V> reverseRange(@Nullable K from, @Nullable K to);

  /** All entries in ascending order. */
  default KeyValueIterator<K, V> all() {
    return range(null, null);
  }

  /** All entries in descending order. */
  default KeyValueIterator<K, V> reverseAll() {
    return reverseRange(null, null);
  }

  /**
   * The entries whose serialized key starts with the serialized prefix, in ascending order. It fits
   * only serdes that write a prefix of a key as a prefix of its bytes, as the one of strings does.
   */
  <PS extends Serializer<P>, P> KeyValueIterator<K, V> prefixScan(P prefix, PS prefixKeySerializer);

  /** About how many entries there are. */
  long approximateNumEntries();
}
