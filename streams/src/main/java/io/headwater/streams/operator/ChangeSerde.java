package io.headwater.streams.operator;

import io.headwater.serde.Deserializer;
import io.headwater.serde.Headers;
import io.headwater.serde.Serde;
import io.headwater.serde.SerializationException;
import io.headwater.serde.Serializer;
import io.headwater.streams.plan.Defaulting;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Changes in the bytes that Kafka Streams has for them in the repartition topic of a grouped table:
 *
 * <pre>
 * old value, 0                                    if only the old value is there
 * new value, 1                                    if only the new value is there
 * size of new value:varint, new value, old value, 2    if both are; the varint is zigzag
 * </pre>
 *
 * @param values null for the application's default
 */
public record ChangeSerde<V>(@Nullable Serde<V> values) {
  private static final byte OLD = 0;
  private static final byte NEW = 1;
  private static final byte BOTH = 2;
  private static final String WAITING =
      "a grouped table waits for the default value serde: Plan.withDefaults gives it";

  public Serializer<Change<V>> serializer() {
    return values == null ? new OpenSerializer<>() : new ChangeSerializer<>(values.serializer());
  }

  public Deserializer<Change<V>> deserializer() {
    return values == null
        ? new OpenDeserializer<>()
        : new ChangeDeserializer<>(values.deserializer());
  }

  /** Waits for the application's default serde. */
  private record OpenSerializer<V>()
      implements Serializer<Change<V>>, Defaulting<Serializer<Change<V>>> {
    @Override
    @SuppressWarnings("unchecked") // that a default serde fits is for the application to see to
    public Serializer<Change<V>> withDefaults(Serde<?> keySerde, Serde<?> valueSerde) {
      return new ChangeSerde<>((Serde<V>) valueSerde).serializer();
    }

    @Override
    public byte @Nullable [] serialize(String topic, Headers headers, @Nullable Change<V> data) {
      throw new IllegalStateException(WAITING);
    }
  }

  /** Waits for the application's default serde. */
  private record OpenDeserializer<V>()
      implements Deserializer<Change<V>>, Defaulting<Deserializer<Change<V>>> {
    @Override
    @SuppressWarnings("unchecked") // that a default serde fits is for the application to see to
    public Deserializer<Change<V>> withDefaults(Serde<?> keySerde, Serde<?> valueSerde) {
      return new ChangeSerde<>((Serde<V>) valueSerde).deserializer();
    }

    @Override
    public @Nullable Change<V> deserialize(String topic, Headers headers, byte @Nullable [] data) {
      throw new IllegalStateException(WAITING);
    }
  }

  private record ChangeSerializer<V>(Serializer<V> values) implements Serializer<Change<V>> {
    @Override
    public byte @Nullable [] serialize(String topic, Headers headers, @Nullable Change<V> change) {
      byte[] added = change == null ? null : values.serialize(topic, headers, change.newValue());
      byte[] removed = change == null ? null : values.serialize(topic, headers, change.oldValue());
      if (added != null && removed != null) {
        var bytes = new ByteArrayOutputStream(added.length + removed.length + 6);
        writeVarint(bytes, added.length);
        bytes.writeBytes(added);
        bytes.writeBytes(removed);
        bytes.write(BOTH);
        return bytes.toByteArray();
      }
      if (added != null) {
        return with(added, NEW);
      }
      if (removed != null) {
        return with(removed, OLD);
      }
      throw new SerializationException("topic " + topic + ": a change of nothing to nothing");
    }

    private static byte[] with(byte[] value, byte kind) {
      byte[] bytes = Arrays.copyOf(value, value.length + 1);
      bytes[value.length] = kind;
      return bytes;
    }
  }

  private record ChangeDeserializer<V>(Deserializer<V> values) implements Deserializer<Change<V>> {
    @Override
    public @Nullable Change<V> deserialize(String topic, Headers headers, byte @Nullable [] data) {
      if (data == null) {
        return null;
      }
      if (data.length == 0) {
        throw new SerializationException("topic " + topic + ": a change has a byte at least");
      }
      int end = data.length - 1;
      return switch (data[end]) {
        case OLD -> new Change<>(null, value(topic, headers, data, 0, end));
        case NEW -> new Change<>(value(topic, headers, data, 0, end), null);
        case BOTH -> both(topic, headers, data, end);
        default ->
            throw new SerializationException(
                "topic %s: a change ends in 0, 1 or 2, not in %d".formatted(topic, data[end]));
      };
    }

    private Change<V> both(String topic, Headers headers, byte[] data, int end) {
      int from = varintEnd(data);
      int middle = from + readVarint(data);
      if (middle < from || middle > end) {
        throw new SerializationException(
            "topic %s: a new value of %d bytes in a change of %d bytes"
                .formatted(topic, middle - from, data.length));
      }
      return new Change<>(
          value(topic, headers, data, from, middle), value(topic, headers, data, middle, end));
    }

    private @Nullable V value(String topic, Headers headers, byte[] data, int from, int to) {
      return values.deserialize(topic, headers, Arrays.copyOfRange(data, from, to));
    }
  }

  private static void writeVarint(ByteArrayOutputStream bytes, int number) {
    int rest = number << 1;
    while ((rest & ~0x7f) != 0) {
      bytes.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    bytes.write(rest);
  }

  private static int varintEnd(byte[] data) {
    int position = 0;
    while (position < data.length - 1 && data[position] < 0) {
      position++;
    }
    return position + 1;
  }

  private static int readVarint(byte[] data) {
    int number = 0;
    for (int i = 0; i < Math.min(varintEnd(data), 5); i++) {
      number |= (data[i] & 0x7f) << (7 * i);
    }
    return (number >>> 1) ^ -(number & 1);
  }
}
