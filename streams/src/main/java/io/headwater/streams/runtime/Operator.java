package io.headwater.streams.runtime;

import io.headwater.streams.processor.Record;

/** A node of one task's graph as it runs: it takes records. */
abstract class Operator {
  private final String name;

  Operator(String name) {
    this.name = name;
  }

  final String name() {
    return name;
  }

  /** Returns once the record has gone through this node and all that come after it. */
  abstract void process(Record<Object, Object> record);
}
