package io.headwater.testkit.streams;

import io.headwater.serde.Headers;
import io.headwater.serde.Serializer;
import io.headwater.state.KeyValue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A topic that a test writes to. Each record goes through the whole topology, and is committed,
 * before the method that writes it returns. A record without a time of its own gets that of the
 * topic, which is then advanced, if the topic was made so.
 */
public final class TestInputTopic<K, V> {
  private final TopologyTestDriver driver;
  private final String topic;
  private final Serializer<K> keySerializer;
  private final Serializer<V> valueSerializer;
  private final Duration autoAdvance;
  private Instant currentTime;

  TestInputTopic(
      TopologyTestDriver driver,
      String topic,
      Serializer<K> keySerializer,
      Serializer<V> valueSerializer,
      Instant startTime,
      Duration autoAdvance) {
    if (autoAdvance.isNegative()) {
      throw new IllegalArgumentException("autoAdvance cannot be negative, was " + autoAdvance);
    }
    this.driver = driver;
    this.topic = topic;
    this.keySerializer = keySerializer;
    this.valueSerializer = valueSerializer;
    this.autoAdvance = autoAdvance;
    currentTime = startTime;
  }

  /** Moves the topic's own time forward. */
  public void advanceTime(Duration advance) {
    if (advance.isNegative()) {
      throw new IllegalArgumentException("time cannot go back, advance was " + advance);
    }
    currentTime = currentTime.plus(advance);
  }

  private Instant nextTime() {
    Instant time = currentTime;
    currentTime = currentTime.plus(autoAdvance);
    return time;
  }

  public void pipeInput(TestRecord<K, V> record) {
    Instant time = record.recordTime() == null ? nextTime() : record.recordTime();
    Headers headers = record.headers();
    driver.pipe(
        topic,
        keySerializer.serialize(topic, headers, record.key()),
        valueSerializer.serialize(topic, headers, record.value()),
        headers,
        time.toEpochMilli());
  }

  /** Writes a record without a key. */
  public void pipeInput(@Nullable V value) {
    pipeInput(new TestRecord<>(value));
  }

  /** Writes a record without a key. */
  public void pipeInput(@Nullable V value, Instant timestamp) {
    pipeInput(new TestRecord<>(null, value, timestamp));
  }

  public void pipeInput(@Nullable K key, @Nullable V value) {
    pipeInput(new TestRecord<>(key, value));
  }

  public void pipeInput(@Nullable K key, @Nullable V value, Instant timestamp) {
    pipeInput(new TestRecord<>(key, value, timestamp));
  }

  /** Writes a record of that time, in milliseconds since the epoch. */
  public void pipeInput(@Nullable K key, @Nullable V value, long timestampMs) {
    pipeInput(new TestRecord<>(key, value, Headers.EMPTY, timestampMs));
  }

  public void pipeRecordList(List<? extends TestRecord<K, V>> records) {
    records.forEach(this::pipeInput);
  }

  public void pipeKeyValueList(List<? extends KeyValue<K, V>> keyValues) {
    keyValues.forEach(pair -> pipeInput(pair.key, pair.value));
  }

  /** Writes records that are {@code advance} apart, whatever the topic's own advance. */
  public void pipeKeyValueList(
      List<? extends KeyValue<K, V>> keyValues, Instant startTimestamp, Duration advance) {
    Instant time = startTimestamp;
    for (KeyValue<K, V> pair : keyValues) {
      pipeInput(pair.key, pair.value, time);
      time = time.plus(advance);
    }
  }

  /** Writes records without keys. */
  public void pipeValueList(List<? extends V> values) {
    values.forEach(value -> pipeInput(new TestRecord<>(null, value)));
  }

  /** Writes records without keys that are {@code advance} apart. */
  public void pipeValueList(List<? extends V> values, Instant startTimestamp, Duration advance) {
    Instant time = startTimestamp;
    for (V value : values) {
      pipeInput(new TestRecord<>(null, value, time));
      time = time.plus(advance);
    }
  }

  @Override
  public String toString() {
    return "TestInputTopic[" + topic + "]";
  }
}
