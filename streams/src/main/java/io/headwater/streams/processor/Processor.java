package io.headwater.streams.processor;

/** Sees one record after the other. Belongs to one task and is called by one thread at a time. */
@FunctionalInterface
public interface Processor<KIn, VIn, KOut, VOut> {
  /** Called once, before the first record, when the task's stores are open and restored. */
  default void init(ProcessorContext<KOut, VOut> context) {}

  void process(Record<KIn, VIn> record);

  /** Called once, after the last record; the stores are still open. */
  default void close() {}
}
