package io.headwater.state;

/**
 * One value a key and window, each with a time of its own; what windowed aggregations are kept in.
 */
public interface TimestampedWindowStore<K, V> extends WindowStore<K, ValueAndTimestamp<V>> {}
