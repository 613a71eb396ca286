package io.headwater.state;

import io.headwater.serde.Serde;
import io.headwater.state.bytes.ByteStore;
import io.headwater.state.bytes.Change;
import io.headwater.state.bytes.StoredEntry;
import io.headwater.state.task.Cell;
import io.headwater.state.task.FlushListener;
import io.headwater.state.task.WindowCells;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One value a key and window over slots; or several, which then go to the bytes without slots.
 *
 * @param <V> the value as the serde knows it
 * @param <R> the value as the store's users see it: {@code V} itself, or with its time
 */
abstract class WindowSlotStore<K, V, R> extends SlotStore<K, V>
    implements WindowStore<K, R>, WindowCells<K, V> {
  private final Codec<K> keys;
  private final Codec<V> values;
  private final WindowTimes times;
  private final WindowView<K, R> written;
  private final ExpiredCell<V> expiredCell = new ExpiredCell<>();

  /** The latest window as of the last commit; -1 if there was none. */
  private volatile long streamTimeCommittedMs = -1;

  private long sweepAtMs;
  private long expiredPutsCommitted;
  private int nextNumber;

  WindowSlotStore(
      String name,
      StoreContext context,
      ByteStore bytes,
      Codec<K> keys,
      Codec<V> values,
      KeyValueView.ValueForm<R> form,
      WindowTimes times,
      boolean caching) {
    super(
        name,
        context,
        bytes,
        new SlotTable<>(bytes, keyForm(keys), values, caching, context.memory()));
    this.keys = keys;
    this.values = values;
    this.times = times;
    written = new WindowView<>(bytes, keys, form, times, this::streamTimeMs);
    readTimes();
  }

  private static <K> SlotTable.KeyForm<K> keyForm(Codec<K> keys) {
    return new SlotTable.KeyForm<>() {
      @Override
      public byte[] bytes(K key, long windowStartMs) {
        return WindowKeys.of(keys.encode(key), windowStartMs, 0);
      }

      @Override
      public boolean isImmutable() {
        return keys.isImmutable();
      }
    };
  }

  /** Learns from the keys how far stream time was, and which numbers duplicates have. */
  private void readTimes() {
    long latest = -1;
    try (var entries = bytes.scan(null, null)) {
      while (entries.hasNext()) {
        byte[] windowKey = entries.next().key();
        latest = Math.max(latest, WindowKeys.start(windowKey));
        nextNumber = Math.max(nextNumber, WindowKeys.number(windowKey) + 1);
      }
    }
    streamTimeCommittedMs = latest;
    sweepAtMs = latest;
  }

  private long streamTimeMs() {
    return Math.max(streamTimeCommittedMs, slots.latestWindowStartMs());
  }

  /** The cell of a window, whatever its time and age. */
  final Cell<V> checkedCell(K key, long windowStartMs) {
    ensureOpen();
    Objects.requireNonNull(key, "key");
    if (windowStartMs < 0) {
      throw new IllegalArgumentException(
          "a window starts at 0 or later, this one at " + windowStartMs);
    }
    return windowStartMs < times.firstLive(streamTimeMs())
        ? expiredCell
        : slots.slot(key, windowStartMs);
  }

  @Override
  public final Cell<V> cell(K key, long windowStartMs) {
    if (times.duplicates()) {
      throw new UnsupportedOperationException(
          "store " + name() + " keeps duplicates: a key and window have no one value");
    }
    return checkedCell(key, windowStartMs);
  }

  final void set(K key, @Nullable V value, long windowStartMs, long timestampMs) {
    Cell<V> cell = checkedCell(key, windowStartMs);
    if (!times.duplicates() || cell == expiredCell) {
      cell.set(value, timestampMs);
      return;
    }
    if (value != null) {
      byte[] windowKey = WindowKeys.of(keys.encode(key), windowStartMs, nextNumber);
      bytes.apply(List.of(new Change(windowKey, values.encode(value), timestampMs)));
      nextNumber = nextNumber == Integer.MAX_VALUE ? 0 : nextNumber + 1;
      slots.observe(windowStartMs);
    }
  }

  @Override
  public final void setFlushListener(
      FlushListener<Windowed<K>, V> listener, boolean sendOldValues) {
    slots.setListener(
        (slot, newValue, oldValue, timestampMs) -> {
          K key = slot.key;
          listener.flushed(
              new Windowed<>(
                  key == null ? keys.decode(WindowKeys.key(slot.keyBytes)) : key,
                  times.window(slot.windowStartMs)),
              newValue,
              oldValue,
              timestampMs);
        },
        sendOldValues);
  }

  @Override
  public final long expiredPuts() {
    return expiredCell.sets;
  }

  @Override
  public final void flush() {
    ensureOpen();
    // Before the slots: the bytes have their keys in order as long as none is new.
    if (streamTimeMs() >= sweepAtMs) {
      sweep();
    }
    slots.flush();
    bytes.flush();
  }

  /** Removes the windows that have expired; one that waits to be written goes the next time. */
  private void sweep() {
    long firstLiveMs = times.firstLive(streamTimeMs());
    var changes = new ArrayList<Change>();
    try (var entries = bytes.scan(null, null)) {
      while (entries.hasNext()) {
        StoredEntry entry = entries.next();
        byte[] windowKey = entry.key();
        if (WindowKeys.start(windowKey) < firstLiveMs) {
          changes.add(new Change(windowKey, null, context.recordTimestampMs()));
        }
      }
    }
    if (!changes.isEmpty()) {
      bytes.apply(changes);
    }
    slots.dropWindows(startMs -> startMs < firstLiveMs);
    sweepAtMs = streamTimeMs() + times.segmentIntervalMs();
  }

  @Override
  public final void commit() {
    streamTimeCommittedMs = streamTimeMs();
    expiredPutsCommitted = expiredCell.sets;
    super.commit();
  }

  @Override
  public final void abort() {
    super.abort();
    expiredCell.sets = expiredPutsCommitted;
    // What a sweep removed since the last commit is back.
    sweepAtMs = streamTimeCommittedMs;
  }

  private WindowView<K, R> written() {
    ensureOpen();
    slots.write();
    return written;
  }

  final @Nullable R firstDuplicate(K key, long time) {
    return written().fetch(key, time);
  }

  final boolean keepsDuplicates() {
    return times.duplicates();
  }

  @Override
  public final WindowStoreIterator<R> fetch(K key, long timeFrom, long timeTo) {
    return written().fetch(key, timeFrom, timeTo, true);
  }

  @Override
  public final WindowStoreIterator<R> backwardFetch(K key, long timeFrom, long timeTo) {
    return written().fetch(key, timeFrom, timeTo, false);
  }

  @Override
  public final KeyValueIterator<Windowed<K>, R> fetch(
      @Nullable K keyFrom, @Nullable K keyTo, long timeFrom, long timeTo) {
    return written().fetch(keyFrom, keyTo, timeFrom, timeTo, true);
  }

  @Override
  public final KeyValueIterator<Windowed<K>, R> backwardFetch(
      @Nullable K keyFrom, @Nullable K keyTo, long timeFrom, long timeTo) {
    return written().fetch(keyFrom, keyTo, timeFrom, timeTo, false);
  }

  @Override
  public final KeyValueIterator<Windowed<K>, R> all() {
    return written().all();
  }

  @Override
  public final KeyValueIterator<Windowed<K>, R> backwardAll() {
    return written().backwardAll();
  }

  @Override
  public final ReadOnlyWindowStore<K, V> committed() {
    return committedAs(KeyValueView.ValueForm.plain(values));
  }

  @Override
  public final ReadOnlyWindowStore<K, ValueAndTimestamp<V>> committedWithTimestamps() {
    return committedAs(KeyValueView.ValueForm.timestamped(values));
  }

  private <T> ReadOnlyWindowStore<K, T> committedAs(KeyValueView.ValueForm<T> form) {
    return new WindowView<>(committedBytes(), keys, form, times, () -> streamTimeCommittedMs);
  }

  /** What a window has that has expired: nothing, and nothing can be put. */
  private static final class ExpiredCell<V> implements Cell<V> {
    private long sets;

    @Override
    public @Nullable V value() {
      return null;
    }

    @Override
    public long timestampMs() {
      return 0;
    }

    @Override
    public void set(@Nullable V value, long timestampMs) {
      sets++;
    }
  }

  /** Values without times of their own: each is of the time of the record being processed. */
  static final class Plain<K, V> extends WindowSlotStore<K, V, V> {
    private Plain(
        String name,
        StoreContext context,
        ByteStore bytes,
        Codec<K> keys,
        Codec<V> values,
        WindowTimes times,
        boolean caching) {
      super(
          name, context, bytes, keys, values, KeyValueView.ValueForm.plain(values), times, caching);
    }

    static <K, V> Plain<K, V> open(
        WindowBytesStoreSupplier supplier,
        StoreContext context,
        Serde<K> keySerde,
        Serde<V> valueSerde,
        boolean caching) {
      return new Plain<>(
          supplier.name(),
          context,
          supplier.open(context),
          new Codec<>(context.topic(), keySerde),
          new Codec<>(context.topic(), valueSerde),
          WindowTimes.of(supplier),
          caching);
    }

    @Override
    public @Nullable V fetch(K key, long time) {
      return keepsDuplicates() || time < 0
          ? firstDuplicate(key, time)
          : checkedCell(key, time).value();
    }

    @Override
    public void put(K key, @Nullable V value, long windowStartTimestamp) {
      set(key, value, windowStartTimestamp, context.recordTimestampMs());
    }
  }

  /** Values with times of their own. */
  static final class Timestamped<K, V> extends WindowSlotStore<K, V, ValueAndTimestamp<V>>
      implements TimestampedWindowStore<K, V> {
    private Timestamped(
        String name,
        StoreContext context,
        ByteStore bytes,
        Codec<K> keys,
        Codec<V> values,
        WindowTimes times,
        boolean caching) {
      super(
          name,
          context,
          bytes,
          keys,
          values,
          KeyValueView.ValueForm.timestamped(values),
          times,
          caching);
    }

    static <K, V> Timestamped<K, V> open(
        WindowBytesStoreSupplier supplier,
        StoreContext context,
        Serde<K> keySerde,
        Serde<V> valueSerde,
        boolean caching) {
      return new Timestamped<>(
          supplier.name(),
          context,
          supplier.open(context),
          new Codec<>(context.topic(), keySerde),
          new Codec<>(context.topic(), valueSerde),
          WindowTimes.of(supplier),
          caching);
    }

    @Override
    public @Nullable ValueAndTimestamp<V> fetch(K key, long time) {
      if (keepsDuplicates() || time < 0) {
        return firstDuplicate(key, time);
      }
      Cell<V> cell = checkedCell(key, time);
      return ValueAndTimestamp.make(cell.value(), cell.timestampMs());
    }

    @Override
    public void put(K key, @Nullable ValueAndTimestamp<V> value, long windowStartTimestamp) {
      if (value == null) {
        set(key, null, windowStartTimestamp, context.recordTimestampMs());
      } else {
        set(key, value.value(), windowStartTimestamp, value.timestamp());
      }
    }
  }
}
