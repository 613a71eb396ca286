package io.headwater.serde;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a list in Kafka's form. Integers are big-endian.
 *
 * <pre>
 * list     = constant | variable
 * constant = 0:u8  nulls:i32  (index:i32){nulls}  count:i32  element*    elements of a fixed size
 * variable = 1:u8  count:i32  (size:i32  element)*                        all others
 * </pre>
 *
 * <p>The indexes are those of the null elements, ascending; {@code count} counts these too, but
 * nothing stands for them among the elements. In the variable form a null element is a size of -1.
 */
record ListSerializer<T>(Serializer<T> inner) implements Serializer<List<T>> {
  static final int CONSTANT_SIZE = 0;
  static final int VARIABLE_SIZE = 1;
  static final int NULL_SIZE = -1;

  @Override
  public byte @Nullable [] serialize(String topic, Headers headers, @Nullable List<T> data) {
    if (data == null) {
      return null;
    }
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      if (inner instanceof FixedSizeSerializer) {
        writeConstant(topic, headers, data, out);
      } else {
        writeVariable(topic, headers, data, out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return bytes.toByteArray();
  }

  private void writeConstant(String topic, Headers headers, List<T> data, DataOutputStream out)
      throws IOException {
    out.writeByte(CONSTANT_SIZE);
    var nulls = new ArrayList<Integer>();
    int index = 0;
    for (@Nullable T element : data) {
      if (element == null) {
        nulls.add(index);
      }
      index++;
    }
    out.writeInt(nulls.size());
    for (int at : nulls) {
      out.writeInt(at);
    }
    out.writeInt(data.size());
    for (@Nullable T element : data) {
      byte[] bytes = inner.serialize(topic, headers, element);
      if (bytes != null) {
        out.write(bytes);
      }
    }
  }

  private void writeVariable(String topic, Headers headers, List<T> data, DataOutputStream out)
      throws IOException {
    out.writeByte(VARIABLE_SIZE);
    out.writeInt(data.size());
    for (@Nullable T element : data) {
      byte[] bytes = inner.serialize(topic, headers, element);
      if (bytes == null) {
        out.writeInt(NULL_SIZE);
      } else {
        out.writeInt(bytes.length);
        out.write(bytes);
      }
    }
  }
}
