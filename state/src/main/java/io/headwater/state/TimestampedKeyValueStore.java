package io.headwater.state;

/** One value a key, each with a time of its own; what tables and aggregations are kept in. */
public interface TimestampedKeyValueStore<K, V> extends KeyValueStore<K, ValueAndTimestamp<V>> {}
