package io.headwater.state;

import java.util.Objects;

/** A key within a window. */
public record Windowed<K>(K key, Window window) {
  public Windowed {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(window, "window");
  }

  @Override
  public String toString() {
    return "[" + key + "@" + window.start() + "/" + window.end() + "]";
  }
}
