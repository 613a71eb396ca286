package io.headwater.serde;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The serdes that can be found by {@link Serde#name}, as tools do. A name is a plain one, such as
 * {@code long}, or one with another in brackets, such as {@code list(long)}. Immutable: {@code
 * plus} returns a longer list of names, which is how other modules' serdes get in.
 */
public final class SerdeNames {
  private final Map<String, Serde<?>> plain;
  private final Map<String, UnaryOperator<Serde<?>>> wrapping;

  private SerdeNames(Map<String, Serde<?>> plain, Map<String, UnaryOperator<Serde<?>>> wrapping) {
    this.plain = plain;
    this.wrapping = wrapping;
  }

  /** No names. */
  static SerdeNames none() {
    return new SerdeNames(new TreeMap<>(), new TreeMap<>());
  }

  /** These names and that of {@code serde}, which now stands for it if it was there before. */
  public SerdeNames plus(Serde<?> serde) {
    String name = checked(serde.name());
    var more = new TreeMap<String, Serde<?>>(plain);
    more.put(name, serde);
    return new SerdeNames(more, wrapping);
  }

  /**
   * These names and {@code name(…)}, for any name in the brackets.
   *
   * @param serde makes the serde, given that of the name in the brackets
   */
  public SerdeNames plus(String name, UnaryOperator<Serde<?>> serde) {
    Objects.requireNonNull(serde, "serde");
    var more = new TreeMap<String, UnaryOperator<Serde<?>>>(wrapping);
    more.put(checked(name), serde);
    return new SerdeNames(plain, more);
  }

  /**
   * The serde of that name.
   *
   * @throws IllegalArgumentException if there is none; the message lists the known names
   */
  public Serde<?> find(String name) {
    Serde<?> found = plain.get(name);
    if (found != null) {
      return found;
    }
    int open = name.indexOf('(');
    if (open > 0 && name.endsWith(")")) {
      var wrap = wrapping.get(name.substring(0, open));
      if (wrap != null) {
        return wrap.apply(find(name.substring(open + 1, name.length() - 1)));
      }
    }
    throw new IllegalArgumentException(
        "no serde is named \"%s\"; known are %s".formatted(name, String.join(", ", names())));
  }

  /**
   * The names, plain ones first, each kind in order; one that takes another ends in {@code (…)}.
   */
  public List<String> names() {
    var names = new ArrayList<>(plain.keySet());
    wrapping.keySet().forEach(name -> names.add(name + "(…)"));
    return List.copyOf(names);
  }

  private static String checked(String name) {
    if (name.isEmpty() || name.indexOf('(') >= 0) {
      throw new IllegalArgumentException(
          "a serde's plain name has at least one character and no bracket, was \"%s\""
              .formatted(name));
    }
    return name;
  }
}
