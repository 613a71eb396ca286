package io.headwater.streams.processor;

/** Makes a fixed-key processor for each task. */
@FunctionalInterface
public interface FixedKeyProcessorSupplier<KIn, VIn, VOut> extends ConnectedStoreProvider {
  /** A new processor, never the same twice. */
  FixedKeyProcessor<KIn, VIn, VOut> get();
}
