package io.headwater.state;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A value and its own time, in milliseconds since 1970 (UTC).
 *
 * @param value the value, never null
 * @param timestamp when the value is from
 */
public record ValueAndTimestamp<V>(V value, long timestamp) {
  public ValueAndTimestamp {
    Objects.requireNonNull(value, "value");
  }

  /** The value with its time, or null if there is no value. */
  public static <V> @Nullable ValueAndTimestamp<V> make(@Nullable V value, long timestamp) {
    return value == null ? null : new ValueAndTimestamp<>(value, timestamp);
  }

  /** The value, or null if there is none. */
  public static <V> @Nullable V getValueOrNull(@Nullable ValueAndTimestamp<V> valueAndTimestamp) {
    return valueAndTimestamp == null ? null : valueAndTimestamp.value();
  }

  @Override
  public String toString() {
    return "<" + value + "," + timestamp + ">";
  }
}
