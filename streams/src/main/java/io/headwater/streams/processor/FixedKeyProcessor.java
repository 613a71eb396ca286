package io.headwater.streams.processor;

/** A processor that leaves keys alone, so that what comes after needs no repartitioning. */
@FunctionalInterface
public interface FixedKeyProcessor<KIn, VIn, VOut> {
  /** Called once, before the first record, when the task's stores are open and restored. */
  default void init(FixedKeyProcessorContext<KIn, VOut> context) {}

  void process(FixedKeyRecord<KIn, VIn> record);

  /** Called once, after the last record; the stores are still open. */
  default void close() {}
}
