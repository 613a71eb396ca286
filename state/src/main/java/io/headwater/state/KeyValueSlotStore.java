package io.headwater.state;

import io.headwater.serde.Serde;
import io.headwater.serde.Serializer;
import io.headwater.state.bytes.ByteStore;
import io.headwater.state.task.Cell;
import io.headwater.state.task.FlushListener;
import io.headwater.state.task.KeyValueCells;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One value a key over slots.
 *
 * @param <V> the value as the serde knows it
 * @param <R> the value as the store's users see it: {@code V} itself, or with its time
 */
abstract class KeyValueSlotStore<K, V, R> extends SlotStore<K, V>
    implements KeyValueStore<K, R>, KeyValueCells<K, V> {
  private final Codec<K> keys;
  private final Codec<V> values;
  private final KeyValueView<K, R> written;

  KeyValueSlotStore(
      String name,
      StoreContext context,
      ByteStore bytes,
      Codec<K> keys,
      Codec<V> values,
      KeyValueView.ValueForm<R> form,
      boolean caching) {
    super(
        name,
        context,
        bytes,
        new SlotTable<>(bytes, keyForm(keys), values, caching, context.memory()));
    this.keys = keys;
    this.values = values;
    written = new KeyValueView<>(bytes, context.topic(), keys, form);
  }

  private static <K> SlotTable.KeyForm<K> keyForm(Codec<K> keys) {
    return new SlotTable.KeyForm<>() {
      @Override
      public byte[] bytes(K key, long windowStartMs) {
        return keys.encode(key);
      }

      @Override
      public boolean isImmutable() {
        return keys.isImmutable();
      }
    };
  }

  final Slot<K, V> slot(K key) {
    ensureOpen();
    return slots.slot(Objects.requireNonNull(key, "key"), 0);
  }

  @Override
  public final Cell<V> cell(K key) {
    return slot(key);
  }

  @Override
  public final void setFlushListener(FlushListener<K, V> listener, boolean sendOldValues) {
    slots.setListener(
        (slot, newValue, oldValue, timestampMs) -> {
          K key = slot.key;
          listener.flushed(
              key == null ? keys.decode(slot.keyBytes.clone()) : key,
              newValue,
              oldValue,
              timestampMs);
        },
        sendOldValues);
  }

  /** The bytes with everything in them that was put. */
  private KeyValueView<K, R> written() {
    ensureOpen();
    slots.write();
    return written;
  }

  @Override
  public final KeyValueIterator<K, R> range(@Nullable K from, @Nullable K to) {
    return written().range(from, to);
  }

  @Override
  public final KeyValueIterator<K, R> reverseRange(@Nullable K from, @Nullable K to) {
    return written().reverseRange(from, to);
  }

  @Override
  public final <PS extends Serializer<P>, P> KeyValueIterator<K, R> prefixScan(
      P prefix, PS prefixKeySerializer) {
    return written().prefixScan(prefix, prefixKeySerializer);
  }

  @Override
  public final long approximateNumEntries() {
    return written().approximateNumEntries();
  }

  @Override
  public final ReadOnlyKeyValueStore<K, V> committed() {
    return new KeyValueView<>(
        committedBytes(), context.topic(), keys, KeyValueView.ValueForm.plain(values));
  }

  @Override
  public final ReadOnlyKeyValueStore<K, ValueAndTimestamp<V>> committedWithTimestamps() {
    return new KeyValueView<>(
        committedBytes(), context.topic(), keys, KeyValueView.ValueForm.timestamped(values));
  }

  /** Values without times of their own: each is of the time of the record being processed. */
  static final class Plain<K, V> extends KeyValueSlotStore<K, V, V> {
    private Plain(
        String name,
        StoreContext context,
        ByteStore bytes,
        Codec<K> keys,
        Codec<V> values,
        boolean caching) {
      super(name, context, bytes, keys, values, KeyValueView.ValueForm.plain(values), caching);
    }

    static <K, V> Plain<K, V> open(
        KeyValueBytesStoreSupplier supplier,
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
          caching);
    }

    @Override
    public @Nullable V get(K key) {
      return slot(key).value();
    }

    @Override
    public void put(K key, @Nullable V value) {
      slot(key).set(value, context.recordTimestampMs());
    }
  }

  /** Values with times of their own. */
  static final class Timestamped<K, V> extends KeyValueSlotStore<K, V, ValueAndTimestamp<V>>
      implements TimestampedKeyValueStore<K, V> {
    private Timestamped(
        String name,
        StoreContext context,
        ByteStore bytes,
        Codec<K> keys,
        Codec<V> values,
        boolean caching) {
      super(
          name, context, bytes, keys, values, KeyValueView.ValueForm.timestamped(values), caching);
    }

    static <K, V> Timestamped<K, V> open(
        KeyValueBytesStoreSupplier supplier,
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
          caching);
    }

    @Override
    public @Nullable ValueAndTimestamp<V> get(K key) {
      Slot<K, V> slot = slot(key);
      V value = slot.value();
      return value == null ? null : new ValueAndTimestamp<>(value, slot.timestampMs);
    }

    @Override
    public void put(K key, @Nullable ValueAndTimestamp<V> value) {
      Slot<K, V> slot = slot(key);
      if (value == null) {
        slot.set(null, context.recordTimestampMs());
      } else {
        slot.set(value.value(), value.timestamp());
      }
    }
  }
}
