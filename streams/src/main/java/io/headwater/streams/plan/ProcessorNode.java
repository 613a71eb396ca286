package io.headwater.streams.plan;

import io.headwater.streams.processor.ProcessorSupplier;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Processes what its parents forward.
 *
 * @param stores the names of the stores it may use; global ones need no mention
 */
public record ProcessorNode(
    String name, List<String> parents, ProcessorSupplier<?, ?, ?, ?> supplier, Set<String> stores)
    implements Node {
  public ProcessorNode {
    parents = List.copyOf(parents);
    stores = Collections.unmodifiableSet(new LinkedHashSet<>(stores));
  }
}
