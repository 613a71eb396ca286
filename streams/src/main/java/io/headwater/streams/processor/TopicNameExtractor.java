package io.headwater.streams.processor;

/** Chooses the topic of each record that a sink writes. The topic has to exist. */
@FunctionalInterface
public interface TopicNameExtractor<K, V> {
  String extract(K key, V value, RecordContext recordContext);
}
