package io.headwater.serde.json;

import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/** Knows the types whose values nobody can change. */
final class ImmutableTypes {
  private static final Set<Class<?>> SCALARS =
      Set.of(
          Boolean.class,
          Byte.class,
          Character.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          String.class,
          BigDecimal.class,
          BigInteger.class,
          UUID.class,
          URI.class);

  private ImmutableTypes() {}

  static boolean contain(Class<?> type) {
    return contain(type, new HashSet<>());
  }

  /** A record that is looked at already, further out, decides nothing: it is one if the rest is. */
  private static boolean contain(Class<?> type, Set<Class<?>> seen) {
    if (type.isPrimitive() || type.isEnum() || SCALARS.contains(type)) {
      return true;
    }
    if (type.getPackageName().equals("java.time")) {
      return true;
    }
    if (!type.isRecord()) {
      return false;
    }
    if (!seen.add(type)) {
      return true;
    }
    for (RecordComponent component : type.getRecordComponents()) {
      if (!contain(component.getType(), seen)) {
        return false;
      }
    }
    return true;
  }
}
