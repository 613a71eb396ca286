package io.headwater.streams.plan;

import java.util.HashMap;
import java.util.Map;

/** Names that belong together: disjoint sets that can be united. */
final class Groups {
  private final Map<String, String> parents = new HashMap<>();

  void add(String name) {
    parents.put(name, name);
  }

  /** The name that stands for the group of {@code name}; changes as groups are united. */
  String representative(String name) {
    String current = name;
    String parent = parentOf(current);
    while (!parent.equals(current)) {
      String grandparent = parentOf(parent);
      parents.put(current, grandparent);
      current = grandparent;
      parent = parentOf(current);
    }
    return current;
  }

  void unite(String one, String other) {
    parents.put(representative(one), representative(other));
  }

  private String parentOf(String name) {
    String parent = parents.get(name);
    if (parent == null) {
      throw new IllegalArgumentException("never added: " + name);
    }
    return parent;
  }
}
