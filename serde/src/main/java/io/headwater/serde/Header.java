package io.headwater.serde;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One header of a record. Names may repeat within a record; a value may be null or empty. */
@SuppressWarnings("ArrayRecordComponent") // equals, hashCode and toString below compare the bytes
public record Header(String key, byte @Nullable [] value) {
  public Header {
    Objects.requireNonNull(key, "a header's key cannot be null");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Header that && key.equals(that.key) && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return 31 * key.hashCode() + Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return key + "=" + (value == null ? "null" : value.length + " bytes");
  }
}
