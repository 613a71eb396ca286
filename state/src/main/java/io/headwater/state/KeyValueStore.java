package io.headwater.state;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One value a key. What is put is read back by this task at once, and by others once the task has
 * committed.
 */
public interface KeyValueStore<K, V> extends StateStore, ReadOnlyKeyValueStore<K, V> {
  /** Sets the value of the key; null deletes it. */
  void put(K key, @Nullable V value);

  /** Sets the value if the key has none, and answers the one it had: null means that it was set. */
  default @Nullable V putIfAbsent(K key, @Nullable V value) {
    V old = get(key);
    if (old == null) {
      put(key, value);
    }
    return old;
  }

  /** Puts each entry, in order. All of them become visible to others together. */
  default void putAll(List<? extends KeyValue<K, V>> entries) {
    for (KeyValue<K, V> entry : entries) {
      put(entry.key, entry.value);
    }
  }

  /** Deletes the key and answers the value it had, or null. */
  default @Nullable V delete(K key) {
    V old = get(key);
    put(key, null);
    return old;
  }

  /** Deletes each key. All of them are gone for others together. */
  default void deleteAll(Collection<? extends K> keys) {
    for (K key : keys) {
      put(key, null);
    }
  }
}
