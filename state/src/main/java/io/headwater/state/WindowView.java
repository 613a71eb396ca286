package io.headwater.state;

import io.headwater.state.bytes.ByteReader;
import io.headwater.state.bytes.CloseableIterator;
import io.headwater.state.bytes.KeyBytes;
import io.headwater.state.bytes.StoredEntry;
import io.headwater.state.bytes.StoredValue;
import java.time.Instant;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Stored bytes read as one object a key and window. As safe for threads as the reader of the bytes.
 */
final class WindowView<K, R> implements ReadOnlyWindowStore<K, R> {
  private final ByteReader bytes;
  private final Codec<K> keys;
  private final KeyValueView.ValueForm<R> values;
  private final WindowTimes times;
  private final LongSupplier streamTimeMs;

  /**
   * A view of the windows that have not expired.
   *
   * @param streamTimeMs the latest start of a window; no later one is answered
   */
  WindowView(
      ByteReader bytes,
      Codec<K> keys,
      KeyValueView.ValueForm<R> values,
      WindowTimes times,
      LongSupplier streamTimeMs) {
    this.bytes = bytes;
    this.keys = keys;
    this.values = values;
    this.times = times;
    this.streamTimeMs = streamTimeMs;
  }

  @Override
  public @Nullable R fetch(K key, long time) {
    Objects.requireNonNull(key, "key");
    if (time < times.firstLive(streamTimeMs.getAsLong())) {
      return null;
    }
    if (times.duplicates()) {
      try (var windows = fetch(key, time, time, true)) {
        return windows.hasNext() ? windows.next().value : null;
      }
    }
    StoredValue stored = bytes.get(WindowKeys.of(keys.encode(key), time, 0));
    return stored == null ? null : values.of(stored.value(), stored.timestampMs());
  }

  @Override
  public WindowStoreIterator<R> fetch(K key, Instant timeFrom, Instant timeTo) {
    return fetch(key, WindowTimes.millis(timeFrom), WindowTimes.millis(timeTo), true);
  }

  @Override
  public WindowStoreIterator<R> backwardFetch(K key, Instant timeFrom, Instant timeTo) {
    return fetch(key, WindowTimes.millis(timeFrom), WindowTimes.millis(timeTo), false);
  }

  WindowStoreIterator<R> fetch(K key, long timeFrom, long timeTo, boolean forward) {
    byte[] wanted = keys.encode(Objects.requireNonNull(key, "key"));
    long now = streamTimeMs.getAsLong();
    long first = Math.max(timeFrom, times.firstLive(now));
    long last = Math.min(timeTo, now);
    return new EntryIterator.OfWindows<>(
        scan(
            WindowKeys.of(wanted, first, 0),
            KeyBytes.after(WindowKeys.of(wanted, Math.max(last, 0), Integer.MAX_VALUE)),
            forward),
        windowKey -> isWithin(windowKey, first, last) && WindowKeys.hasKey(windowKey, wanted),
        values.ofEntry());
  }

  @Override
  public KeyValueIterator<Windowed<K>, R> fetch(
      @Nullable K keyFrom, @Nullable K keyTo, Instant timeFrom, Instant timeTo) {
    return fetch(keyFrom, keyTo, WindowTimes.millis(timeFrom), WindowTimes.millis(timeTo), true);
  }

  @Override
  public KeyValueIterator<Windowed<K>, R> backwardFetch(
      @Nullable K keyFrom, @Nullable K keyTo, Instant timeFrom, Instant timeTo) {
    return fetch(keyFrom, keyTo, WindowTimes.millis(timeFrom), WindowTimes.millis(timeTo), false);
  }

  KeyValueIterator<Windowed<K>, R> fetch(
      @Nullable K keyFrom, @Nullable K keyTo, long timeFrom, long timeTo, boolean forward) {
    byte[] firstKey = keyFrom == null ? null : keys.encode(keyFrom);
    byte[] lastKey = keyTo == null ? null : keys.encode(keyTo);
    long now = streamTimeMs.getAsLong();
    long first = Math.max(timeFrom, times.firstLive(now));
    long last = Math.min(timeTo, now);
    return new EntryIterator<>(
        scan(
            firstKey,
            lastKey == null ? null : KeyBytes.after(WindowKeys.last(lastKey, Math.max(last, 0))),
            forward),
        windowKey ->
            isWithin(windowKey, first, last)
                && (firstKey == null || WindowKeys.compareKey(windowKey, firstKey) >= 0)
                && (lastKey == null || WindowKeys.compareKey(windowKey, lastKey) <= 0),
        windowKey ->
            new Windowed<>(
                keys.decode(WindowKeys.key(windowKey)), times.window(WindowKeys.start(windowKey))),
        values.ofEntry());
  }

  private CloseableIterator<StoredEntry> scan(
      byte @Nullable [] from, byte @Nullable [] to, boolean forward) {
    return forward ? bytes.scan(from, to) : bytes.reverseScan(from, to);
  }

  private static boolean isWithin(byte[] windowKey, long first, long last) {
    long start = WindowKeys.start(windowKey);
    return start >= first && start <= last;
  }

  @Override
  public KeyValueIterator<Windowed<K>, R> all() {
    return fetch(null, null, 0, Long.MAX_VALUE, true);
  }

  @Override
  public KeyValueIterator<Windowed<K>, R> backwardAll() {
    return fetch(null, null, 0, Long.MAX_VALUE, false);
  }
}
