package io.headwater.state;

import io.headwater.serde.Headers;
import io.headwater.serde.Serializer;
import io.headwater.state.bytes.ByteReader;
import io.headwater.state.bytes.CloseableIterator;
import io.headwater.state.bytes.KeyBytes;
import io.headwater.state.bytes.StoredEntry;
import io.headwater.state.bytes.StoredValue;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Stored bytes read as one object a key. As safe for threads as the reader of the bytes. */
final class KeyValueView<K, R> implements ReadOnlyKeyValueStore<K, R> {
  private final ByteReader bytes;
  private final String topic;
  private final Codec<K> keys;
  private final ValueForm<R> values;

  KeyValueView(ByteReader bytes, String topic, Codec<K> keys, ValueForm<R> values) {
    this.bytes = bytes;
    this.topic = topic;
    this.keys = keys;
    this.values = values;
  }

  /** Makes what is answered from a value's bytes and time. */
  @FunctionalInterface
  interface ValueForm<R> {
    R of(byte[] value, long timestampMs);

    /** The value alone. */
    static <V> ValueForm<V> plain(Codec<V> values) {
      return (value, timestampMs) -> values.decode(value);
    }

    /** The value with its time. */
    static <V> ValueForm<ValueAndTimestamp<V>> timestamped(Codec<V> values) {
      return (value, timestampMs) -> new ValueAndTimestamp<>(values.decode(value), timestampMs);
    }

    /** The form of a scanned entry. */
    default Function<StoredEntry, R> ofEntry() {
      return entry -> of(entry.value(), entry.timestampMs());
    }
  }

  @Override
  public @Nullable R get(K key) {
    StoredValue stored = bytes.get(keys.encode(Objects.requireNonNull(key, "key")));
    return stored == null ? null : values.of(stored.value(), stored.timestampMs());
  }

  @Override
  public KeyValueIterator<K, R> range(@Nullable K from, @Nullable K to) {
    return iterator(bytes.scan(first(from), afterLast(to)));
  }

  @Override
  public KeyValueIterator<K, R> reverseRange(@Nullable K from, @Nullable K to) {
    return iterator(bytes.reverseScan(first(from), afterLast(to)));
  }

  private byte @Nullable [] first(@Nullable K from) {
    return from == null ? null : keys.encode(from);
  }

  private byte @Nullable [] afterLast(@Nullable K to) {
    return to == null ? null : KeyBytes.after(keys.encode(to));
  }

  private KeyValueIterator<K, R> iterator(CloseableIterator<StoredEntry> entries) {
    return new EntryIterator<>(entries, key -> true, keys::decode, values.ofEntry());
  }

  @Override
  public <PS extends Serializer<P>, P> KeyValueIterator<K, R> prefixScan(
      P prefix, PS prefixKeySerializer) {
    byte[] from =
        prefixKeySerializer.serialize(
            topic, Headers.EMPTY, Objects.requireNonNull(prefix, "prefix"));
    if (from == null) {
      throw new IllegalArgumentException("the serializer of the prefix wrote null");
    }
    return iterator(bytes.scan(from, KeyBytes.afterPrefix(from)));
  }

  @Override
  public long approximateNumEntries() {
    return bytes.approximateEntries();
  }
}
