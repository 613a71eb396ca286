package io.headwater.streams.plan;

import java.util.List;

/** One node of a topology. */
public sealed interface Node permits SourceNode, ProcessorNode, SinkNode {
  /** Unique within the topology. */
  String name();

  /**
   * The nodes whose records it gets; empty for a source. A name that is there twice counts twice.
   */
  List<String> parents();
}
