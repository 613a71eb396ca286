package io.headwater.streams.runtime;

import io.headwater.serde.Headers;
import io.headwater.serde.Serializer;
import io.headwater.streams.errors.StreamsException;
import io.headwater.streams.plan.SinkNode;
import io.headwater.streams.processor.Record;
import io.headwater.streams.processor.StreamPartitioner;
import io.headwater.streams.processor.TopicNameExtractor;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Serializes records straight into the batches of the topics that they go to. */
final class SinkOperator extends Operator {
  /** Where the records of a sink go. */
  private interface Target {
    TopicWriter writer(Record<Object, Object> record);
  }

  private final Target target;
  private final Counters counters;
  private final Serializer<Object> keySerializer;
  private final Serializer<Object> valueSerializer;
  private final @Nullable StreamPartitioner<Object, Object> partitioner;
  private final boolean windowedKey;

  private SinkOperator(
      SinkNode sink,
      Target target,
      Counters counters,
      Serializer<Object> keySerializer,
      Serializer<Object> valueSerializer) {
    super(sink.name());
    this.target = target;
    this.counters = counters;
    this.keySerializer = keySerializer;
    this.valueSerializer = valueSerializer;
    partitioner = partitioner(sink);
    windowedKey = sink.windowedKey();
  }

  @SuppressWarnings("unchecked") // the topology's types say what the partitioner takes
  private static @Nullable StreamPartitioner<Object, Object> partitioner(SinkNode sink) {
    return (StreamPartitioner<Object, Object>) sink.partitioner();
  }

  /** A sink that writes to one topic. */
  static SinkOperator toTopic(
      SinkNode sink,
      TopicWriter writer,
      Counters counters,
      Serializer<Object> keySerializer,
      Serializer<Object> valueSerializer) {
    return new SinkOperator(sink, record -> writer, counters, keySerializer, valueSerializer);
  }

  /** A sink that asks for the topic of each record. */
  static SinkOperator toChosenTopics(
      SinkNode sink,
      TopicNameExtractor<Object, Object> chooser,
      TaskContext task,
      RecordCollector collector,
      Serializer<Object> keySerializer,
      Serializer<Object> valueSerializer) {
    return new SinkOperator(
        sink,
        record ->
            collector.writer(
                chooser.extract(
                    record.key(),
                    record.value(),
                    task.recordContext(record.timestamp(), record.headers()))),
        collector.counters(),
        keySerializer,
        valueSerializer);
  }

  @Override
  void process(Record<Object, Object> record) {
    try {
      TopicWriter writer = target.writer(record);
      Headers headers = record.headers();
      byte[] key = serialize("key", keySerializer, writer.topic(), headers, record.key());
      byte[] value = serialize("value", valueSerializer, writer.topic(), headers, record.value());
      if (partitioner == null) {
        write(writer, defaultPartition(writer, key), record, key, value);
      } else {
        writeToChosenPartitions(partitioner, writer, record, key, value);
      }
    } catch (RuntimeException e) {
      throw new OperatorException(name(), e);
    }
  }

  private void write(
      TopicWriter writer,
      int partition,
      Record<Object, Object> record,
      byte @Nullable [] key,
      byte @Nullable [] value) {
    writer.write(partition, record.timestamp(), key, value, record.headers());
    counters.produced();
  }

  private void writeToChosenPartitions(
      StreamPartitioner<Object, Object> chooser,
      TopicWriter writer,
      Record<Object, Object> record,
      byte @Nullable [] key,
      byte @Nullable [] value) {
    Optional<Set<Integer>> partitions =
        chooser.partitions(writer.topic(), record.key(), record.value(), writer.partitions());
    if (partitions.isEmpty()) {
      write(writer, defaultPartition(writer, key), record, key, value);
      return;
    }
    if (partitions.get().isEmpty()) {
      counters.dropped();
    }
    for (int partition : partitions.get()) {
      if (partition < 0 || partition >= writer.partitions()) {
        throw new StreamsException(
            "the partitioner chose partition %d of topic %s, which has partitions 0 to %d"
                .formatted(partition, writer.topic(), writer.partitions() - 1));
      }
      write(writer, partition, record, key, value);
    }
  }

  private int defaultPartition(TopicWriter writer, byte @Nullable [] key) {
    return windowedKey && key != null && key.length >= SinkNode.WINDOW_BYTES
        ? writer.defaultPartition(Arrays.copyOf(key, key.length - SinkNode.WINDOW_BYTES))
        : writer.defaultPartition(key);
  }

  private byte @Nullable [] serialize(
      String part,
      Serializer<Object> serializer,
      String topic,
      Headers headers,
      @Nullable Object data) {
    try {
      return serializer.serialize(topic, headers, data);
    } catch (ClassCastException e) {
      throw new StreamsException(
          "the %s serializer of node %s cannot write a %s to topic %s; give the sink serdes that fit, or the application defaults that do"
              .formatted(part, name(), data == null ? "null" : data.getClass().getName(), topic),
          e);
    }
  }
}
