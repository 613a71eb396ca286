package io.headwater.testkit.streams;

import io.headwater.state.KeyValueIterator;
import io.headwater.state.ReadOnlyWindowStore;
import io.headwater.state.StateStore;
import io.headwater.state.WindowStore;
import io.headwater.state.WindowStoreIterator;
import io.headwater.state.Windowed;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A task's window store in the hands of a test: what is put is committed at once. */
final class DriverWindowStore<K, V> implements WindowStore<K, V> {
  private final StateStore store;
  private final ReadOnlyWindowStore<K, V> committed;
  private final Writer<K, V> writer;

  /** Puts and commits. */
  @FunctionalInterface
  interface Writer<K, V> {
    void put(K key, @Nullable V value, long windowStartMs);
  }

  DriverWindowStore(StateStore store, ReadOnlyWindowStore<K, V> committed, Writer<K, V> writer) {
    this.store = store;
    this.committed = committed;
    this.writer = writer;
  }

  @Override
  public void put(K key, @Nullable V value, long windowStartTimestamp) {
    writer.put(key, value, windowStartTimestamp);
  }

  @Override
  public @Nullable V fetch(K key, long time) {
    return committed.fetch(key, time);
  }

  @Override
  public WindowStoreIterator<V> fetch(K key, long timeFrom, long timeTo) {
    return committed.fetch(key, Instant.ofEpochMilli(timeFrom), Instant.ofEpochMilli(timeTo));
  }

  @Override
  public WindowStoreIterator<V> backwardFetch(K key, long timeFrom, long timeTo) {
    return committed.backwardFetch(
        key, Instant.ofEpochMilli(timeFrom), Instant.ofEpochMilli(timeTo));
  }

  @Override
  public KeyValueIterator<Windowed<K>, V> fetch(
      @Nullable K keyFrom, @Nullable K keyTo, long timeFrom, long timeTo) {
    return committed.fetch(
        keyFrom, keyTo, Instant.ofEpochMilli(timeFrom), Instant.ofEpochMilli(timeTo));
  }

  @Override
  public KeyValueIterator<Windowed<K>, V> backwardFetch(
      @Nullable K keyFrom, @Nullable K keyTo, long timeFrom, long timeTo) {
    return committed.backwardFetch(
        keyFrom, keyTo, Instant.ofEpochMilli(timeFrom), Instant.ofEpochMilli(timeTo));
  }

  @Override
  public KeyValueIterator<Windowed<K>, V> all() {
    return committed.all();
  }

  @Override
  public KeyValueIterator<Windowed<K>, V> backwardAll() {
    return committed.backwardAll();
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
