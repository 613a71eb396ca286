package io.headwater.streams.kstream;

import io.headwater.streams.errors.TopologyException;

/** A name for a node, in place of a generated one. */
public final class Named {
  private static final int LENGTH_MAX = 249;

  private final String name;

  private Named(String name) {
    this.name = requireValid(name);
  }

  /**
   * The name.
   *
   * @throws TopologyException unless it consists of 1 to 249 ASCII letters, digits, '.', '_' and
   *     '-', and is neither "." nor ".."
   */
  public static Named as(String name) {
    return new Named(name);
  }

  public String name() {
    return name;
  }

  /** The name, if it can be one. */
  static String requireValid(String name) {
    if (name.isEmpty() || name.equals(".") || name.equals("..") || name.length() > LENGTH_MAX) {
      throw new TopologyException(
          "a name has 1 to %d characters and is not '.' or '..': '%s'".formatted(LENGTH_MAX, name));
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean valid =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '.'
              || c == '_'
              || c == '-';
      if (!valid) {
        throw new TopologyException(
            "the name '%s' has a '%c'; ASCII letters, digits, '.', '_' and '-' are possible"
                .formatted(name, c));
      }
    }
    return name;
  }

  @Override
  public String toString() {
    return name;
  }
}
