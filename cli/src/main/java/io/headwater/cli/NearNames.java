package io.headwater.cli;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What somebody may have meant who typed a name that is not there. */
final class NearNames {
  private static final int SHOWN_MAX = 3;

  private NearNames() {}

  /**
   * The end of an error message about {@code name}: the known names that are near it; all of them
   * if none is near and they are few; and that there are none if so.
   *
   * @param kind what the names are of, in the plural
   */
  static String hint(String kind, String name, Collection<String> known) {
    if (known.isEmpty()) {
      return "there are no " + kind;
    }
    List<String> near = near(name, known);
    if (!near.isEmpty()) {
      return "did you mean " + String.join(" or ", near) + "?";
    }
    String all = known.stream().sorted().limit(10).collect(Collectors.joining(", "));
    return "%s are %s%s".formatted(kind, all, known.size() > 10 ? ", …" : "");
  }

  /**
   * The nearest names first, and only such as a slip of the finger or of the memory would explain.
   */
  static List<String> near(String name, Collection<String> known) {
    record Distanced(String name, int distance) {}
    return known.stream()
        .map(candidate -> new Distanced(candidate, distance(name, candidate)))
        .filter(candidate -> candidate.distance <= Math.max(1, name.length() / 3))
        .sorted(Comparator.comparingInt(Distanced::distance).thenComparing(Distanced::name))
        .limit(SHOWN_MAX)
        .map(Distanced::name)
        .toList();
  }

  /** How many characters must be put in, left out or changed; a part of the other is near it. */
  private static int distance(String typed, String candidate) {
    String a = typed.toLowerCase(Locale.ROOT);
    String b = candidate.toLowerCase(Locale.ROOT);
    if ((a.length() >= 3 && b.contains(a)) || (b.length() >= 3 && a.contains(b))) {
      return 1;
    }
    int[] previous = new int[b.length() + 1];
    Arrays.setAll(previous, i -> i);
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(changed, 1 + Math.min(previous[j], row[j - 1]));
      }
      previous = row;
    }
    return previous[b.length()];
  }
}
