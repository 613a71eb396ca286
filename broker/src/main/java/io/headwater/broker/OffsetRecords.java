package io.headwater.broker;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The records of {@code __consumer_offsets}, in Kafka's bytes. */
final class OffsetRecords {
  private static final short KEY_VERSION = 1;
  private static final short KEY_VERSION_OLD = 0; // the same fields
  private static final short VALUE_VERSION = 3;
  private static final int NO_LEADER_EPOCH = -1;

  /** Which committed offset a record is about. */
  record Key(String group, TopicPartition partition) {}

  private OffsetRecords() {}

  static byte[] key(String group, TopicPartition partition) {
    return Bytes.of(
        out -> {
          out.writeShort(KEY_VERSION);
          Bytes.string(out, group);
          Bytes.string(out, partition.topic());
          out.writeInt(partition.partition());
        });
  }

  static byte[] value(OffsetAndMetadata position, long commitTimeMs) {
    return Bytes.of(
        out -> {
          out.writeShort(VALUE_VERSION);
          out.writeLong(position.offset());
          out.writeInt(NO_LEADER_EPOCH);
          Bytes.string(out, position.metadata());
          out.writeLong(commitTimeMs);
        });
  }

  /** Empty for a record that is about something else, such as a group's members. */
  static Optional<Key> parseKey(byte[] bytes) {
    var in = ByteBuffer.wrap(bytes);
    try {
      short version = in.getShort();
      if (version != KEY_VERSION && version != KEY_VERSION_OLD) {
        return Optional.empty();
      }
      String group = Bytes.string(in);
      String topic = Bytes.string(in);
      return Optional.of(new Key(group, new TopicPartition(topic, in.getInt())));
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      throw new BrokerException(
          "a record of %s has a key of %d bytes that ends too early"
              .formatted(Topic.OFFSETS, bytes.length),
          e);
    }
  }

  static OffsetAndMetadata parseValue(byte[] bytes) {
    var in = ByteBuffer.wrap(bytes);
    try {
      short version = in.getShort();
      if (version < 0 || version > VALUE_VERSION) {
        throw new BrokerException(
            "a record of %s has a value of version %d, and this Headwater reads up to %d; use a newer one"
                .formatted(Topic.OFFSETS, version, VALUE_VERSION));
      }
      long offset = in.getLong();
      if (version >= 3) {
        in.getInt(); // the leader's epoch
      }
      return new OffsetAndMetadata(offset, Bytes.string(in));
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      throw new BrokerException(
          "a record of %s has a value of %d bytes that ends too early"
              .formatted(Topic.OFFSETS, bytes.length),
          e);
    }
  }
}
