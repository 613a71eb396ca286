package io.headwater.state;

import java.util.Objects;

/**
 * What a store is, in words that fit a manifest.
 *
 * @param name the store's name
 * @param kind how records are laid out under keys
 * @param keySerde the name of the keys' serde
 * @param valueSerde the name of the values' serde
 * @param windowSizeMs the length of a window; 0 if there are none
 * @param retentionMs how long windows are kept; 0 if there are none
 */
public record StoreDescription(
    String name,
    Kind kind,
    String keySerde,
    String valueSerde,
    long windowSizeMs,
    long retentionMs) {
  public StoreDescription {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(keySerde, "keySerde");
    Objects.requireNonNull(valueSerde, "valueSerde");
  }

  /** How records are laid out under keys. */
  public enum Kind {
    /** One value a key. */
    KEY_VALUE,
    /** One value a key and window. */
    WINDOW
  }
}
