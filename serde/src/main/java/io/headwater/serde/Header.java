package io.headwater.serde;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One header of a record. Names may repeat within a record; a value may be null or empty. */
@SuppressWarnings("ArrayRecordComponent") // equals, hashCode and toString below compare the bytes
public record Header(String key, byte @Nullable [] value) {
  // Not in the compact form: a JDK 17 forgets there that an array may be null, and callers in other
  // modules could not pass a null.
  public Header(String key, byte @Nullable [] value) {
    this.key = Objects.requireNonNull(key, "a header's key cannot be null");
    this.value = value;
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
