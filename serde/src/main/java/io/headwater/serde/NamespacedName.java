package io.headwater.serde;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A name that may stand in a namespace, as a Clojure keyword does. Its text is {@code
 * namespace/name}, or {@code name} if there is no namespace. Neither part is empty, a namespace has
 * no slash, and a name without namespace has none but may be {@code /} itself: so a text stands for
 * exactly one name.
 */
public record NamespacedName(@Nullable String namespace, String name) {
  public NamespacedName {
    Objects.requireNonNull(name, "name");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a name cannot be empty");
    }
    if (namespace == null) {
      if (name.indexOf('/') >= 0 && !name.equals("/")) {
        throw new IllegalArgumentException(
            "a name without namespace cannot have a slash, was \"%s\"".formatted(name));
      }
    } else if (namespace.isEmpty() || namespace.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "a namespace cannot be empty or have a slash, was \"%s\"".formatted(namespace));
    }
  }

  /** A name in a namespace. */
  public static NamespacedName of(String namespace, String name) {
    return new NamespacedName(Objects.requireNonNull(namespace, "namespace"), name);
  }

  /** A name without namespace. */
  public static NamespacedName of(String name) {
    return new NamespacedName(null, name);
  }

  /**
   * The name of that text; the first slash ends the namespace.
   *
   * @throws IllegalArgumentException if it is not {@code namespace/name} or {@code name}
   */
  public static NamespacedName parse(String text) {
    int slash = text.indexOf('/');
    return slash < 0 || text.equals("/")
        ? of(text)
        : of(text.substring(0, slash), text.substring(slash + 1));
  }

  /** {@code namespace/name}, or {@code name} if there is no namespace. */
  @Override
  public String toString() {
    return namespace == null ? name : namespace + "/" + name;
  }
}
