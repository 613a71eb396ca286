package io.headwater.streams.operator;

import io.headwater.streams.kstream.Predicate;
import io.headwater.streams.processor.Record;
import java.util.List;

/** Forwards each record to the child of the first predicate that it satisfies. */
public final class Branch<K, V> extends ForwardingProcessor<K, V, K, V> {
  private final List<Predicate<? super K, ? super V>> predicates;
  private final List<String> children;

  /**
   * A split by those predicates.
   *
   * @param children one for each predicate, then perhaps one more for the rest
   */
  public Branch(List<Predicate<? super K, ? super V>> predicates, List<String> children) {
    this.predicates = List.copyOf(predicates);
    this.children = List.copyOf(children);
  }

  @Override
  public void process(Record<K, V> record) {
    int branch = 0;
    while (branch < predicates.size()
        && !predicates.get(branch).test(record.key(), record.value())) {
      branch++;
    }
    if (branch < children.size()) {
      context.forward(record, children.get(branch));
    }
  }
}
