package io.headwater.streams.dsl;

import io.headwater.streams.plan.PlanBuilder;
import io.headwater.streams.processor.Processor;
import io.headwater.streams.processor.ProcessorSupplier;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** What a call of the DSL asked for, to be written as nodes of the plan in the order of calls. */
class GraphNode {
  /** Writes the nodes that this one stands for. */
  @FunctionalInterface
  interface Writer {
    /**
     * Writes.
     *
     * @param parents the names of the parents' last nodes
     * @param nullKeysWanted whether a left join further down wants records without key
     */
    void write(PlanBuilder builder, List<String> parents, boolean nullKeysWanted);
  }

  /** The name of the last of its nodes: the one that children follow. */
  final String name;

  final Set<GraphNode> parents = new LinkedHashSet<>();
  final Set<GraphNode> children = new LinkedHashSet<>();
  private final Writer writer;

  /** Parents are written first, else lower numbers. */
  int priority;

  /** Whether this is a left join, which takes records without key. */
  boolean leftJoin;

  GraphNode(String name, Writer writer) {
    this.name = name;
    this.writer = writer;
  }

  /** The function as a supplier of processors, of whatever types its processors have. */
  static <KIn, VIn, KOut, VOut> ProcessorSupplier<KIn, VIn, KOut, VOut> each(
      Supplier<? extends Processor<KIn, VIn, KOut, VOut>> supplier) {
    return supplier::get;
  }

  void write(PlanBuilder builder, boolean nullKeysWanted) {
    writer.write(builder, parents.stream().map(parent -> parent.name).toList(), nullKeysWanted);
  }
}
