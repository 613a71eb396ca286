package io.headwater.streams.kstream;

import java.util.Map;

/**
 * A stream that is being split: each record goes to the first branch, in the order of the calls,
 * whose predicate it satisfies. One that satisfies none goes to the default branch or, if there is
 * none, nowhere.
 */
public interface BranchedKStream<K, V> {
  /** One more branch, named after the split and its own number, from 1. */
  BranchedKStream<K, V> branch(Predicate<? super K, ? super V> predicate);

  BranchedKStream<K, V> branch(Predicate<? super K, ? super V> predicate, Branched<K, V> branched);

  /** A last branch for the rest, with the number 0. Returns all branches by name. */
  Map<String, KStream<K, V>> defaultBranch();

  Map<String, KStream<K, V>> defaultBranch(Branched<K, V> branched);

  /** Returns all branches by name; the rest goes nowhere. */
  Map<String, KStream<K, V>> noDefaultBranch();
}
