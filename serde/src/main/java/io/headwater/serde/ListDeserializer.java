package io.headwater.serde;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link ListSerializer} writes, and a list whose elements carry their sizes though they
 * need not. No count is believed before the bytes for it are there, so that bad bytes cannot make
 * it reserve memory that they do not pay for.
 */
record ListDeserializer<T>(Deserializer<T> inner, IntFunction<? extends List<T>> newList)
    implements Deserializer<List<T>> {
  @Override
  public @Nullable List<T> deserialize(String topic, Headers headers, byte @Nullable [] data) {
    if (data == null) {
      return null;
    }
    var in = ByteBuffer.wrap(data);
    try {
      int form = in.get();
      return switch (form) {
        case ListSerializer.CONSTANT_SIZE -> readConstant(topic, headers, data, in);
        case ListSerializer.VARIABLE_SIZE -> readVariable(topic, headers, data, in);
        default ->
            throw BadBytes.of(
                topic,
                "a list, of form %d or %d in its first byte"
                    .formatted(ListSerializer.CONSTANT_SIZE, ListSerializer.VARIABLE_SIZE),
                "form " + form,
                data);
      };
    } catch (BufferUnderflowException e) {
      throw new SerializationException(
          BadBytes.message(topic, "a list", "only " + BadBytes.count(data.length) + " of it", data),
          e);
    }
  }

  private List<T> readConstant(String topic, Headers headers, byte[] data, ByteBuffer in) {
    if (!(inner instanceof FixedSizeDeserializer<T> fixed)) {
      throw BadBytes.of(
          topic, "a list whose elements carry their sizes", "one of the constant form", data);
    }
    int nullCount = in.getInt();
    if (nullCount < 0 || nullCount > in.remaining() / Integer.BYTES) {
      throw BadBytes.of(topic, "a list", "%d null indexes".formatted(nullCount), data);
    }
    int[] nulls = new int[nullCount];
    for (int i = 0; i < nullCount; i++) {
      nulls[i] = in.getInt();
      if (nulls[i] <= (i == 0 ? -1 : nulls[i - 1])) {
        throw BadBytes.of(topic, "a list's null indexes, ascending", "index " + nulls[i], data);
      }
    }
    int count = in.getInt();
    // In long, so that no bad count overflows into a good one.
    long elementBytes = ((long) count - nullCount) * fixed.sizeBytes();
    if (elementBytes != in.remaining()) {
      throw BadBytes.of(
          topic,
          "a list of %d elements of %s, %d of them null"
              .formatted(count, BadBytes.count(fixed.sizeBytes()), nullCount),
          BadBytes.count(in.remaining()) + " of elements",
          data);
    }
    if (nullCount > 0 && nulls[nullCount - 1] >= count) {
      throw BadBytes.of(
          topic, "null indexes below the list's count " + count, "" + nulls[nullCount - 1], data);
    }
    List<T> list = newList.apply(count);
    int nullsSeen = 0;
    for (int i = 0; i < count; i++) {
      if (nullsSeen < nullCount && nulls[nullsSeen] == i) {
        nullsSeen++;
        add(list, null);
      } else {
        add(list, inner.deserialize(topic, headers, bytes(in, fixed.sizeBytes())));
      }
    }
    return list;
  }

  private List<T> readVariable(String topic, Headers headers, byte[] data, ByteBuffer in) {
    int count = in.getInt();
    if (count < 0 || count > in.remaining() / Integer.BYTES) {
      throw BadBytes.of(
          topic,
          "a list of " + count + " elements",
          BadBytes.count(in.remaining()) + " of elements",
          data);
    }
    List<T> list = newList.apply(count);
    for (int i = 0; i < count; i++) {
      int size = in.getInt();
      if (size < ListSerializer.NULL_SIZE || size > in.remaining()) {
        throw BadBytes.of(
            topic,
            "element %d of %d in a list, of %d bytes".formatted(i, count, size),
            BadBytes.count(in.remaining()),
            data);
      }
      if (size == ListSerializer.NULL_SIZE) {
        add(list, null);
      } else {
        add(list, inner.deserialize(topic, headers, bytes(in, size)));
      }
    }
    if (in.hasRemaining()) {
      throw BadBytes.of(
          topic,
          "the end after %d elements of a list".formatted(count),
          BadBytes.count(in.remaining()) + " more",
          data);
    }
    return list;
  }

  private static byte[] bytes(ByteBuffer in, int size) {
    byte[] bytes = new byte[size];
    in.get(bytes);
    return bytes;
  }

  @SuppressWarnings("NullAway") // a list of Kafka's may have null elements
  private static <T> void add(List<T> list, @Nullable T element) {
    list.add(element);
  }
}
