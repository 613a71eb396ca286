package io.headwater.log.segment;

import io.headwater.log.record.RecordBatch;

/** Is shown one batch header after the other. */
@FunctionalInterface
public interface BatchVisitor {
  /**
   * Takes the next batch. Only its header can be looked at, and of a control batch also what it
   * says. The view is moved on afterwards.
   */
  void visit(RecordBatch batch);
}
