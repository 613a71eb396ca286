package io.headwater.streams.operator;

import io.headwater.streams.processor.Processor;
import io.headwater.streams.processor.ProcessorContext;

/** A processor that keeps its context, to forward to its children. */
abstract class ForwardingProcessor<KIn, VIn, KOut, VOut>
    implements Processor<KIn, VIn, KOut, VOut> {
  @SuppressWarnings("NullAway.Init") // set by init, before any record
  ProcessorContext<KOut, VOut> context;

  @Override
  public void init(ProcessorContext<KOut, VOut> context) {
    this.context = context;
  }
}
