package io.headwater.testkit.streams;

import io.headwater.serde.Deserializer;
import io.headwater.state.KeyValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A topic that a test reads: each record once. Records come in the order in which they were
 * written; of a topic with several partitions, those of one partition before those of the next, as
 * far as they are there.
 */
public final class TestOutputTopic<K, V> {
  private final TopologyTestDriver driver;
  private final String topic;
  private final Deserializer<K> keyDeserializer;
  private final Deserializer<V> valueDeserializer;

  TestOutputTopic(
      TopologyTestDriver driver,
      String topic,
      Deserializer<K> keyDeserializer,
      Deserializer<V> valueDeserializer) {
    this.driver = driver;
    this.topic = topic;
    this.keyDeserializer = keyDeserializer;
    this.valueDeserializer = valueDeserializer;
  }

  /**
   * The next record.
   *
   * @throws java.util.NoSuchElementException if there is none
   */
  public TestRecord<K, V> readRecord() {
    TestRecord<byte[], byte[]> record = driver.read(topic);
    return new TestRecord<>(
        keyDeserializer.deserialize(topic, record.headers(), record.key()),
        valueDeserializer.deserialize(topic, record.headers(), record.value()),
        record.headers(),
        record.recordTime());
  }

  /**
   * The value of the next record.
   *
   * @throws java.util.NoSuchElementException if there is none
   */
  public @Nullable V readValue() {
    return readRecord().value();
  }

  /**
   * Key and value of the next record.
   *
   * @throws java.util.NoSuchElementException if there is none
   */
  @SuppressWarnings("NullAway") // a pair takes nulls: its type arguments say so
  public KeyValue<@Nullable K, @Nullable V> readKeyValue() {
    TestRecord<K, V> record = readRecord();
    return new KeyValue<>(record.key(), record.value());
  }

  /** All records that have not been read yet. */
  public List<TestRecord<K, V>> readRecordsToList() {
    var records = new ArrayList<TestRecord<K, V>>();
    while (!isEmpty()) {
      records.add(readRecord());
    }
    return records;
  }

  /** Keys and values of all records that have not been read yet. */
  public List<KeyValue<@Nullable K, @Nullable V>> readKeyValuesToList() {
    var pairs = new ArrayList<KeyValue<@Nullable K, @Nullable V>>();
    while (!isEmpty()) {
      pairs.add(readKeyValue());
    }
    return pairs;
  }

  /**
   * The last value of each key among the records that have not been read yet, in the order of first
   * appearance.
   *
   * @throws IllegalStateException if a record has no key
   */
  public Map<K, @Nullable V> readKeyValuesToMap() {
    var values = new LinkedHashMap<K, @Nullable V>();
    while (!isEmpty()) {
      TestRecord<K, V> record = readRecord();
      K key = record.key();
      if (key == null) {
        throw new IllegalStateException(
            "a record of topic %s has no key and cannot be put in a map: %s"
                .formatted(topic, record));
      }
      values.put(key, record.value());
    }
    return values;
  }

  /** The values of all records that have not been read yet. */
  public List<@Nullable V> readValuesToList() {
    var values = new ArrayList<@Nullable V>();
    while (!isEmpty()) {
      values.add(readValue());
    }
    return values;
  }

  /** How many records have not been read yet. */
  public long getQueueSize() {
    return driver.unread(topic).size();
  }

  /** Whether every record has been read. */
  public boolean isEmpty() {
    return driver.unread(topic).isEmpty();
  }

  @Override
  public String toString() {
    return "TestOutputTopic[" + topic + "]";
  }
}
