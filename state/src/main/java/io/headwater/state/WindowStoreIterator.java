package io.headwater.state;

/** Values of one key of a window store; the key of each entry is the start of its window. */
public interface WindowStoreIterator<V> extends KeyValueIterator<Long, V> {}
