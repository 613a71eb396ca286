package io.headwater.streams.processor;

/** Makes a processor for each task. */
@FunctionalInterface
public interface ProcessorSupplier<KIn, VIn, KOut, VOut> extends ConnectedStoreProvider {
  /** A new processor, never the same twice. */
  Processor<KIn, VIn, KOut, VOut> get();
}
