package io.headwater.testkit.streams;

import io.headwater.serde.Serializer;
import io.headwater.state.KeyValueIterator;
import io.headwater.state.KeyValueStore;
import io.headwater.state.ReadOnlyKeyValueStore;
import io.headwater.state.StateStore;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A task's key-value store in the hands of a test: what is put is committed at once. */
final class DriverKeyValueStore<K, V> implements KeyValueStore<K, V> {
  private final StateStore store;
  private final ReadOnlyKeyValueStore<K, V> committed;
  private final BiConsumer<K, @Nullable V> writer;

  /**
   * @param writer puts and commits
   */
  DriverKeyValueStore(
      StateStore store, ReadOnlyKeyValueStore<K, V> committed, BiConsumer<K, @Nullable V> writer) {
    this.store = store;
    this.committed = committed;
    this.writer = writer;
  }

  @Override
  public void put(K key, @Nullable V value) {
    writer.accept(key, value);
  }

  @Override
  public @Nullable V get(K key) {
    return committed.get(key);
  }

  @Override
  public KeyValueIterator<K, V> range(@Nullable K from, @Nullable K to) {
    return committed.range(from, to);
  }

  @Override
  public KeyValueIterator<K, V> reverseRange(@Nullable K from, @Nullable K to) {
    return committed.reverseRange(from, to);
  }

  @Override
  public <PS extends Serializer<P>, P> KeyValueIterator<K, V> prefixScan(
      P prefix, PS prefixKeySerializer) {
    return committed.prefixScan(prefix, prefixKeySerializer);
  }

  @Override
  public long approximateNumEntries() {
    return committed.approximateNumEntries();
  }

  @Override
  public String name() {
    return store.name();
  }

  @Override
  public void flush() {
    store.flush();
  }

  @Override
  public void close() {
    store.close();
  }

  @Override
  public boolean persistent() {
    return store.persistent();
  }

  @Override
  public boolean isOpen() {
    return store.isOpen();
  }
}
